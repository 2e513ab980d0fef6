// The products of the test store: a dozen with awkward but honest texts, the rest generated.
'use strict';

const kMaxProducts = 20000;
const kLongestDescription = 20000;
const kLongestTitle = 255;

// EANs start with 2, the range for use inside a shop's own walls: none is a real product's.
function Ean13(number) {
  const digits = `2${String(number).padStart(11, '0')}`;
  const sum = [...digits].reduce((total, digit, i) => total + Number(digit) * (i % 2 ? 3 : 1), 0);
  return digits + ((10 - (sum % 10)) % 10);
}

function Repeated(text, length) {
  return text.repeat(Math.ceil(length / text.length)).slice(0, length);
}

const kNamed = [
  { sku: 'KAHVI-500', title: 'Kahvi, tumma paahto 500 g', price: 690, tax: 'reduced' },
  { sku: 'SAUNAVIHTA', title: 'Saunavihta, koivu', price: 1450, description: '' },
  {
    sku: 'MUKI-1',
    title: 'Muki "Metsän väki" – sininen',
    price: 2190,
    description: '<p>Posliinia. Kestää <b>konepesun</b> &amp; mikron.</p>',
  },
  { sku: 'PÖYTÄ/120', title: 'Pöytä, tammea 120 × 80 cm', price: 34900 },
  {
    sku: 'VILLASUKAT',
    title: 'Villasukat',
    price: 1890,
    options: ['36–39', '40–43', '44–47'],
    description: '<p>100 % lampaanvillaa.</p>',
  },
  { sku: 'TRØYE', title: 'Ulltrøye med høy hals', price: 8990, options: ['S', 'M', 'L', 'XL'] },
  { sku: 'LJUSSTAKE', title: 'Ljusstake av mässing, åtta armar', price: 4590 },
  { sku: 'LAKRIDS-1', title: 'Lakrids æske 1', price: 799, tax: 'reduced', noEan: true },
  { sku: 'LOPAPEYSA', title: 'Lopapeysa – íslensk ull, þæfð', price: 18900 },
  {
    sku: 'BOAZU-1',
    title: 'Čáppa boazoduodji 🦌',
    price: 12900,
    description: 'Šaddá Sámis.\nĐ ŋ ŧ ž.',
  },
  {
    sku: 'PITKA-KUVAUS',
    title: 'Matto, räsy',
    price: 5900,
    description: Repeated('Räsymatto kudotaan käsin Ähtärissä. ', kLongestDescription),
  },
  {
    sku: 'PITKA-NIMI',
    title: Repeated('Pitkä nimi, jossa on ääkkösiä ja välejä – ', kLongestTitle).trim(),
    price: 100,
  },
];

const kAdjectives = ['Sininen', 'Punainen', 'Vihreä', 'Musta', 'Valkoinen', 'Harmaa', 'Keltainen'];
const kNouns = ['kynttilä', 'peitto', 'tyyny', 'lyhty', 'kori', 'pipo', 'huivi', 'kulho', 'lasi'];

function Generated(i) {
  const title = `${kAdjectives[i % kAdjectives.length]} ${kNouns[i % kNouns.length]} ${i}`;
  return {
    sku: `SB-${String(i).padStart(5, '0')}`,
    title,
    price: 495 + ((i * 137) % 9000),
    description: `<p>${title}. Tuote numero ${i}.</p>`,
  };
}

// Answers `count` products in a fixed order: the same number gives the same catalogue every time.
function Catalogue(count) {
  const products = [];
  for (let i = 0; i < count; ++i) {
    const product = i < kNamed.length ? kNamed[i] : Generated(i + 1);
    const description = product.description ?? `<p>${product.title}.</p>`;
    products.push({ tax: 'standard', ...product, description, number: i + 1 });
  }
  return products;
}

// Answers the variants of a product: one, or one for each option.
function Variants(product) {
  const ean = (i) => (product.noEan ? '' : Ean13(product.number * 100 + i));
  if (!product.options) return [{ sku: product.sku, name: product.title, ean: ean(0) }];
  return product.options.map((option, i) => ({
    sku: `${product.sku}-${i + 1}`,
    name: `${product.title} ${option}`,
    ean: ean(i + 1),
    option,
  }));
}

module.exports = { Catalogue, Variants, kMaxProducts };
