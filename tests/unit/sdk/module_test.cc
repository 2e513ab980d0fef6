#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>

#include <dlfcn.h>
#include <elf.h>
#include <gtest/gtest.h>
#include <link.h>

#include "storebridge/connector.h"
#include "storebridge/connector/v1/connector.pb.h"

const sb_connector_v1* template_store_connector() noexcept;

namespace storebridge::sdk {
namespace {

using connector::v1::Effect;
using connector::v1::Event;

// The names that a shared library defines for others.
std::vector<std::string> ExportedNames(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::vector<char> image((std::istreambuf_iterator<char>(file)),
                                std::istreambuf_iterator<char>());
  Elf64_Ehdr header;
  std::memcpy(&header, image.data(), sizeof(header));
  std::vector<Elf64_Shdr> sections(header.e_shnum);
  std::memcpy(sections.data(), image.data() + header.e_shoff, sections.size() * sizeof(Elf64_Shdr));
  std::vector<std::string> names;
  for (const Elf64_Shdr& section : sections) {
    if (section.sh_type != SHT_DYNSYM) {
      continue;
    }
    const char* strings = image.data() + sections.at(section.sh_link).sh_offset;
    for (std::size_t at = 0; at < section.sh_size; at += sizeof(Elf64_Sym)) {
      Elf64_Sym symbol;
      std::memcpy(&symbol, image.data() + section.sh_offset + at, sizeof(symbol));
      if (symbol.st_shndx != SHN_UNDEF) {
        names.emplace_back(strings + symbol.st_name);
      }
    }
  }
  return names;
}

TEST(ModuleTest, ExportsOneSymbol) {
  EXPECT_EQ(ExportedNames(TEMPLATE_MODULE), std::vector<std::string>{"storebridge_connector_v1"});
}

Effect Step(const sb_connector_v1* table, sb_session* session, const Event& event) {
  const std::string bytes = event.SerializeAsString();
  sb_bytes out{};
  EXPECT_EQ(
      table->step(
          session, sb_bytes{reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()}, &out),
      SB_OK);
  Effect effect;
  EXPECT_TRUE(effect.ParseFromArray(out.data, static_cast<int>(out.size)));
  return effect;
}

// Pulls one page of orders from the template connector, one of them poisoned.
void PullTemplateOrders(const sb_connector_v1* table) {
  sb_session* session = table->open();
  ASSERT_NE(session, nullptr);
  Event event;
  event.set_now_ms(1714564800000);
  event.mutable_begin()->set_operation("orders.pull");
  event.mutable_begin()->set_config_json(R"({"base_url":"https://store.example"})");
  event.mutable_begin()->mutable_pull();
  Effect effect = Step(table, session, event);
  ASSERT_EQ(effect.calls_size(), 1);
  EXPECT_EQ(effect.calls(0).http().url(),
            "https://store.example/api/orders?modified_since=1970-01-01T00%3A00%3A00Z&page=1");

  event.Clear();
  event.set_now_ms(1714564800000);
  auto* answer = event.mutable_completions()->add_items();
  answer->set_id(effect.calls(0).id());
  answer->mutable_http()->set_status(200);
  answer->mutable_http()->set_body(
      R"([{"id":1,"number":"A1","state":"new","paid":true,"placed_at":"2024-05-01T10:00:00Z",
           "modified_at":"2024-05-01T11:00:00Z","currency":"EUR","total":"20.00",
           "ship_to":{"name":"Jo","street":"Road 1","zip":"12345","city":"Town","country":"DE"},
           "lines":[{"id":11,"code":"P1","title":"Pot","quantity":2,"price":"10.00"}]},
          {"id":2,"number":"A2","currency":"EUR","state":"new"}])");
  effect = Step(table, session, event);
  ASSERT_EQ(effect.calls_size(), 1);
  const connector::v1::Emit emit = effect.calls(0).emit();
  ASSERT_EQ(emit.orders_size(), 1);
  EXPECT_EQ(emit.orders(0).lines(0).unit_price().units(), 10);
  ASSERT_EQ(emit.bad_size(), 1);
  EXPECT_EQ(emit.bad(0).label(), "A2");
  EXPECT_EQ(emit.bad(0).message().rfind("$[1].paid is missing (template.cc:", 0), 0U);
  EXPECT_EQ(emit.cursor(), "modified_ms:1714561200000");

  event.Clear();
  event.mutable_completions()->add_items()->set_id(effect.calls(0).id());
  event.mutable_completions()->mutable_items(0)->mutable_emit();
  EXPECT_TRUE(Step(table, session, event).done().has_output());
  table->close(session);
}

TEST(ModuleTest, WorksWhenItIsLoaded) {
  void* library = dlopen(TEMPLATE_MODULE, RTLD_NOW | RTLD_LOCAL);
  ASSERT_NE(library, nullptr) << dlerror();
  using Entry = const sb_connector_v1* (*)();
  const auto entry = reinterpret_cast<Entry>(dlsym(library, "storebridge_connector_v1"));
  ASSERT_NE(entry, nullptr);
  ASSERT_NE(entry(), template_store_connector()) << "the module has its own copy";

  PullTemplateOrders(entry());

  dlclose(library);
}

TEST(ModuleTest, WorksWhenItsObjectsAreLinked) {
  PullTemplateOrders(template_store_connector());
}

TEST(ModuleTest, SaysItsManifest) {
  const sb_connector_v1* table = template_store_connector();
  EXPECT_EQ(table->struct_size, sizeof(sb_connector_v1));
  connector::v1::Manifest manifest;

  ASSERT_TRUE(
      manifest.ParseFromArray(table->manifest.data, static_cast<int>(table->manifest.size)));

  EXPECT_EQ(manifest.id(), "template-store");
  EXPECT_EQ(manifest.operations_size(), 3);
}

}  // namespace
}  // namespace storebridge::sdk
