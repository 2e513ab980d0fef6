#include "fault_vfs.h"

#include <sqlite3.h>

namespace storebridge::storage {
namespace {

constexpr const char* kName = "storebridge-fault";

DiskFaults g_faults;

// SQLite gives the memory; the default VFS's file lies behind ours.
struct FaultFile {
  sqlite3_file base;
  sqlite3_file* real;
};

sqlite3_file* Real(sqlite3_file* file) {
  return reinterpret_cast<FaultFile*>(file)->real;
}

sqlite3_vfs* Default() {
  static sqlite3_vfs* const vfs = sqlite3_vfs_find(nullptr);
  return vfs;
}

int Close(sqlite3_file* file) {
  return Real(file)->pMethods == nullptr ? SQLITE_OK : Real(file)->pMethods->xClose(Real(file));
}
int ReadAt(sqlite3_file* file, void* data, int size, sqlite3_int64 offset) {
  return Real(file)->pMethods->xRead(Real(file), data, size, offset);
}
int WriteAt(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
  const int fault = g_faults.write;
  return fault != 0 ? fault : Real(file)->pMethods->xWrite(Real(file), data, size, offset);
}
int Truncate(sqlite3_file* file, sqlite3_int64 size) {
  return Real(file)->pMethods->xTruncate(Real(file), size);
}
int Sync(sqlite3_file* file, int flags) {
  const int fault = g_faults.sync;
  return fault != 0 ? fault : Real(file)->pMethods->xSync(Real(file), flags);
}
int FileSize(sqlite3_file* file, sqlite3_int64* size) {
  return Real(file)->pMethods->xFileSize(Real(file), size);
}
int Lock(sqlite3_file* file, int level) {
  return Real(file)->pMethods->xLock(Real(file), level);
}
int Unlock(sqlite3_file* file, int level) {
  return Real(file)->pMethods->xUnlock(Real(file), level);
}
int CheckReservedLock(sqlite3_file* file, int* result) {
  return Real(file)->pMethods->xCheckReservedLock(Real(file), result);
}
int FileControl(sqlite3_file* file, int operation, void* argument) {
  return Real(file)->pMethods->xFileControl(Real(file), operation, argument);
}
int SectorSize(sqlite3_file* file) {
  return Real(file)->pMethods->xSectorSize(Real(file));
}
int DeviceCharacteristics(sqlite3_file* file) {
  return Real(file)->pMethods->xDeviceCharacteristics(Real(file));
}
int ShmMap(sqlite3_file* file, int page, int size, int extend, void volatile** memory) {
  return Real(file)->pMethods->xShmMap(Real(file), page, size, extend, memory);
}
int ShmLock(sqlite3_file* file, int offset, int count, int flags) {
  return Real(file)->pMethods->xShmLock(Real(file), offset, count, flags);
}
void ShmBarrier(sqlite3_file* file) {
  Real(file)->pMethods->xShmBarrier(Real(file));
}
int ShmUnmap(sqlite3_file* file, int remove) {
  return Real(file)->pMethods->xShmUnmap(Real(file), remove);
}

const sqlite3_io_methods kMethods{
    2,
    Close,
    ReadAt,
    WriteAt,
    Truncate,
    Sync,
    FileSize,
    Lock,
    Unlock,
    CheckReservedLock,
    FileControl,
    SectorSize,
    DeviceCharacteristics,
    ShmMap,
    ShmLock,
    ShmBarrier,
    ShmUnmap,
    nullptr,
    nullptr,
};

int OpenFile(
    sqlite3_vfs* /*vfs*/, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  auto* const fault_file = reinterpret_cast<FaultFile*>(file);
  fault_file->real = reinterpret_cast<sqlite3_file*>(fault_file + 1);
  fault_file->real->pMethods = nullptr;
  fault_file->base.pMethods = nullptr;
  if (const int fault = g_faults.open; fault != 0) {
    return fault;
  }
  const int code = Default()->xOpen(Default(), name, fault_file->real, flags, out_flags);
  if (code == SQLITE_OK) {
    fault_file->base.pMethods = &kMethods;
  }
  return code;
}

// Registers the VFS; the copy keeps all of the default one's other methods.
bool Register() {
  static sqlite3_vfs vfs = *Default();
  vfs.zName = kName;
  vfs.pNext = nullptr;
  vfs.szOsFile = static_cast<int>(sizeof(FaultFile)) + Default()->szOsFile;
  vfs.xOpen = OpenFile;
  return sqlite3_vfs_register(&vfs, 0) == SQLITE_OK;
}

}  // namespace

std::string FaultVfs::Name() {
  static const bool registered = Register();
  return registered ? kName : "";
}

DiskFaults& FaultVfs::Faults() {
  return g_faults;
}

}  // namespace storebridge::storage
