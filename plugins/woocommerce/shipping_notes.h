#pragma once

#include <optional>
#include <string>

#include "api.h"

// How a shipment is told to a store without fulfillments: a note on the order, and facts in its
// `meta_data`.
namespace woocommerce {

// The text of the note, with our marker at its end.
std::string NoteText(const sdk::Shipment& shipment);

// Finds the note with our marker in a list of notes; gives its id.
std::optional<std::string> FindNote(const sdk::Json& notes, const sdk::Shipment& shipment);

// The text of a note that says that its parcels changed.
std::string UpdateNoteText(const sdk::Shipment& shipment);
// Whether there is that note, or the first one says the same already.
bool IsUpdateNoted(const sdk::Json& notes, const sdk::Shipment& shipment);

// Whether the order's own data has our marker of the shipment.
bool HasMarker(const sdk::Json& order, const sdk::Shipment& shipment);

// What to send to keep tracking codes and marker with the order; what other shipments left there
// stays, what is outdated goes. Twice is as good as once.
std::string OrderMetaBody(const sdk::Json& order,
                          const sdk::Shipment& shipment,
                          bool set_completed);

}  // namespace woocommerce
