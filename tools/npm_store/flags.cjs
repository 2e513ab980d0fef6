// Reads the flags of a shop command. A flag that is wrong is an error of one line.
'use strict';

function Needed(values, name) {
  if (values[name] !== undefined) return values[name];
  throw new Error(`--${name} is missing`);
}

function WholeNumber(values, name, { least = 0, most = 2147483647 } = {}) {
  if (values[name] === undefined) return undefined;
  const number = Number(values[name]);
  if (values[name] !== '' && Number.isInteger(number) && number >= least && number <= most)
    return number;
  throw new Error(`--${name} ${values[name]}: give a whole number from ${least} to ${most}`);
}

// The SKU may hold colons: the last one is ours.
function Lines(values, name = 'lines') {
  if (values[name] === undefined) return undefined;
  return values[name].split(',').map((text) => {
    const [, sku, quantity] = /^(.+):(\d+)$/u.exec(text.trim()) || [];
    if (!sku) throw new Error(`--${name} ${text}: write SKU:QUANTITY`);
    return { sku, quantity: Number(quantity) };
  });
}

function Json(values, name, missing = undefined) {
  if (values[name] === undefined) return missing;
  try {
    return JSON.parse(values[name]);
  } catch (error) {
    throw new Error(`--${name} is not JSON: ${error.message}`);
  }
}

// The first choice is what a flag that is not given means.
function OneOf(values, name, choices) {
  const value = values[name] ?? choices[0];
  if (choices.includes(value)) return value;
  throw new Error(`--${name} ${value}: give one of ${choices.join(', ')}`);
}

// What edit-product changes; what is undefined stays.
function ProductEdit(values) {
  return {
    title: values.title,
    price: WholeNumber(values, 'price'),
    ean: values.ean,
    description: values.description,
    enabled:
      values.enabled === undefined
        ? undefined
        : OneOf(values, 'enabled', ['true', 'false']) === 'true',
    newSku: values['new-sku'],
  };
}

module.exports = { Json, Lines, Needed, OneOf, ProductEdit, WholeNumber };
