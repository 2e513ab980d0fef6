#include "web_page.h"

namespace storebridge::demo_store {

std::string_view WebPage() {
  static constexpr std::string_view kPage = R"html(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Saaristo &amp; Fjäll – demo store</title>
<style>
:root { --ink: #1d2a30; --soft: #66757d; --line: #e2e7e8; --paper: #fbfaf7; --card: #fff;
  --pine: #24594b; --good: #2c7a57; --warn: #a8690f; --bad: #a63a2f; --cool: #2f6690; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 15px/1.45 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
header { background: var(--pine); color: #fff; padding: 20px 32px; display: flex; flex-wrap: wrap;
  gap: 8px 32px; align-items: baseline; }
header h1 { margin: 0; font-size: 22px; font-weight: 600; letter-spacing: .01em; }
header p { margin: 0; color: #cfe0d9; font-size: 14px; }
#live { margin-left: auto; font-size: 13px; color: #cfe0d9; }
main { padding: 24px 32px; display: grid; gap: 24px; max-width: 1600px;
  grid-template-columns: minmax(0, 2fr) minmax(0, 1fr); align-items: start; }
@media (max-width: 1150px) { main { grid-template-columns: minmax(0, 1fr); padding: 16px; } }
#tiles { grid-column: 1 / -1; display: flex; flex-wrap: wrap; gap: 12px; }
.tile { background: var(--card); border: 1px solid var(--line); border-radius: 10px;
  padding: 12px 20px; min-width: 120px; }
.tile b { display: block; font-size: 22px; font-weight: 600; font-variant-numeric: tabular-nums; }
.tile span { color: var(--soft); font-size: 13px; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 10px;
  overflow-x: auto; }
h2 { font-size: 15px; font-weight: 600; margin: 0; padding: 14px 18px;
  border-bottom: 1px solid var(--line); }
th:first-child, td:first-child { padding-left: 18px; }
th:last-child, td:last-child { padding-right: 18px; }
td code { overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; }
th { text-align: left; font-size: 12px; font-weight: 600; color: var(--soft); padding: 8px 12px; }
td { padding: 9px 12px; border-top: 1px solid var(--line); vertical-align: top; }
tr:first-child td { border-top: 0; }
.num { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.sub { color: var(--soft); font-size: 13px; }
code { font: 13px ui-monospace, "DejaVu Sans Mono", monospace; }
.badge { display: inline-block; border-radius: 99px; padding: 1px 10px; font-size: 13px;
  white-space: nowrap; background: #eef1f2; color: var(--soft); }
.processing { background: #e5eff7; color: var(--cool); }
.completed { background: #e4f2ea; color: var(--good); }
.on-hold, .pending { background: #f9efdd; color: var(--warn); }
.cancelled, .refunded, .failed { background: #f8e7e4; color: var(--bad); }
.none { color: var(--bad); } .few { color: var(--warn); }
.empty { padding: 28px 18px; color: var(--soft); }
</style>
</head>
<body>
<header><h1>Saaristo &amp; Fjäll</h1><p id="about">demo store</p><span id="live"></span></header>
<main>
  <div id="tiles"></div>
  <section><h2>Orders</h2><div id="orders" class="empty">Loading…</div></section>
  <section><h2>Products and stock</h2><div id="products" class="empty">Loading…</div></section>
</main>
<script>
const shown = 60;
const get = id => document.getElementById(id);
const safe = text => String(text ?? "").replace(/[&<>"]/g,
  c => ({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}[c]));
const words = {processing: "Payment received", completed: "Completed", on_hold: "On hold",
  customer_note: "Note to customer", fulfillment_created: "Shipped",
  fulfillment_updated: "Shipment changed", fulfillment_deleted: "Shipment withdrawn",
  refunded: "Refunded", partially_refunded: "Partly refunded"};

function table(heads, rows, empty) {
  if (!rows.length) return `<div class="empty">${empty}</div>`;
  return `<table><thead><tr>${heads.join("")}</tr></thead><tbody>${rows.join("")}</tbody></table>`;
}

function orderRow(o) {
  const lines = o.line_items.map(l => `${l.quantity} × ${safe(l.name)}`).join("<br>");
  const codes = [...new Set(o.tracking.map(t => t.code))];
  const mails = Object.entries(o.mail_counts)
    .map(([kind, n]) => `${words[kind] || safe(kind)}${n > 1 ? " × " + n : ""}`).join("<br>");
  return `<tr><td><b>#${safe(o.number)}</b><div class="sub">${safe(o.date_created_gmt.slice(5)
    .replace("T", " "))}</div></td>
    <td>${lines}<div class="sub">${safe(o.ship_to)}, ${safe(o.postcode)} ${safe(o.city)},
    ${safe(o.country)}</div></td>
    <td><span class="badge ${safe(o.status)}">${safe(o.status)}</span></td>
    <td>${codes.map(c => `<code>${safe(c)}</code>`).join("<br>") || "–"}</td>
    <td class="sub">${mails || "none"}</td>
    <td class="num">${safe(o.total)} ${safe(o.currency)}</td></tr>`;
}

function productRow(p) {
  const stock = p.stock_quantity;
  const kind = stock === null ? "" : stock <= 0 ? "none" : stock < 10 ? "few" : "";
  return `<tr><td>${safe(p.name)}<div class="sub"><code>${safe(p.sku)}</code></div></td>
    <td class="num">${safe(p.price)}</td>
    <td class="num ${kind}"><b>${stock === null ? "–" : stock}</b></td></tr>`;
}

function tile(value, label) { return `<div class="tile"><b>${value}</b><span>${label}</span></div>`; }

function show(state) {
  const open = state.totals.orders_by_status.processing || 0;
  const done = state.totals.orders_by_status.completed || 0;
  get("about").textContent = `Demo store · WooCommerce ${state.settings.woo_version} REST API` +
    (state.settings.fulfillments ? " · fulfilments on" : "");
  get("tiles").innerHTML = tile(state.totals.orders, "orders") + tile(open, "waiting to ship") +
    tile(done, "completed") + tile(state.counters.mails, "mails to customers") +
    tile(state.totals.products, "products") + tile(state.counters.stock_writes, "stock writes") +
    tile(state.counters.requests, "API requests");
  const orders = get("orders"), products = get("products");
  orders.className = products.className = "";
  orders.innerHTML = table(["<th>Order</th>", "<th>Content</th>", "<th>Status</th>",
    "<th>Tracking</th>", "<th>Mails</th>", '<th class="num">Total</th>'],
    state.orders.reverse().map(orderRow),
    "No orders yet. Place one with <code>POST /demo/orders</code>.");
  products.innerHTML = table(["<th>Product</th>", '<th class="num">Price</th>',
    '<th class="num">Stock</th>'], state.products.filter(p => p.price !== "").map(productRow), "No products.");
  get("live").textContent = "Updated " + state.now_gmt.slice(11) + " GMT";
}

async function refresh() {
  try {
    show(await (await fetch(`/demo/state?requests=0&orders=${shown}&products=${shown}`)).json());
  } catch (problem) {
    get("live").textContent = "The store does not answer";
  }
  setTimeout(refresh, 2000);
}
refresh();
</script>
</body>
</html>
)html";
  return kPage;
}

}  // namespace storebridge::demo_store
