// faker, version 5: the parts that generate from the run's seed; anything else is a stub that is recorded.
(function (native, host, library) {
"use strict";

const first = ["Ada", "Alan", "Barbara", "Claude", "Donald", "Edsger", "Frances", "Grace", "Hedy", "John", "Katherine", "Linus", "Margaret", "Niklaus", "Radia", "Tim"];
const last = ["Allen", "Dijkstra", "Hamilton", "Hopper", "Johnson", "Kay", "Knuth", "Lamarr", "Liskov", "Lovelace", "Perlman", "Ritchie", "Shannon", "Torvalds", "Turing", "Wirth"];
const words = ["alias", "aut", "consequatur", "dolor", "enim", "et", "fuga", "illum", "ipsum", "lorem", "magni", "nihil", "odio", "quia", "rerum", "sit", "ut", "vel", "voluptas"];
const cities = ["Aarhus", "Bergen", "Cardiff", "Dresden", "Esbjerg", "Fukuoka", "Graz", "Haifa", "Izmir", "Kyoto", "Lyon", "Malmo", "Oslo", "Porto"];
const countries = ["Austria", "Brazil", "Canada", "Denmark", "Estonia", "France", "Germany", "India", "Japan", "Kenya", "Norway", "Portugal"];

const pick = (list) => list[Math.floor(host.random() * list.length)];

function number(options = 99999) {
  const { min = 0, max = 99999, precision = 1 } = typeof options === "number" ? { max: options } : options ?? {};
  const steps = Math.floor((max - min) / precision) + 1;
  const value = min + Math.floor(host.random() * steps) * precision;
  return Number(value.toFixed(Math.max(0, Math.ceil(-Math.log10(precision)))));
}

const hex = (count) => Array.from({ length: count }, () => "0123456789abcdef"[number(15)]).join("");
const uuid = () => `${hex(8)}-${hex(4)}-4${hex(3)}-${"89ab"[number(3)]}${hex(3)}-${hex(12)}`;
const sentence = (count = number({ min: 3, max: 10 })) => {
  const text = Array.from({ length: count }, () => pick(words)).join(" ");
  return `${text[0].toUpperCase()}${text.slice(1)}.`;
};
const between = (from, to) => new Date(from + host.random() * (to - from));
const moment = (reference) => (reference === undefined ? host.now() : Number(new Date(reference)));
const year = 31536000000;
const name = () => `${pick(first)} ${pick(last)}`;
const userName = () => `${pick(first)}${number(99)}`;
const domain = () => `${pick(words)}.${pick(["com", "net", "org", "info"])}`;

const known = {
  name: { firstName: () => pick(first), lastName: () => pick(last), findName: name, title: () => pick(["Analyst", "Architect", "Engineer", "Manager"]) },
  internet: {
    email: () => `${userName().toLowerCase()}@example.com`, exampleEmail: () => `${userName().toLowerCase()}@example.org`, userName, domainName: domain,
    url: () => `https://${domain()}`, ip: () => Array.from({ length: 4 }, () => number(255)).join("."), password: (length = 15) => hex(length),
    userAgent: () => "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/90.0.4430.93 Safari/537.36",
  },
  datatype: {
    number, float: (options) => number({ precision: 0.01, ...options }), uuid, boolean: () => host.random() < 0.5, string: (length = 10) => hex(length),
    datetime: () => between(631152000000, 4102444800000),
  },
  random: {
    number, uuid, boolean: () => host.random() < 0.5, word: () => pick(words), words: (count = 3) => Array.from({ length: count }, () => pick(words)).join(" "),
    alphaNumeric: (count = 1) => hex(count), arrayElement: (list = ["a", "b", "c"]) => pick(list), float: (options) => number({ precision: 0.01, ...options }),
  },
  lorem: {
    word: () => pick(words), words: (count = 3) => Array.from({ length: count }, () => pick(words)).join(" "), sentence, sentences: (count = 3) => Array.from({ length: count }, () => sentence()).join(" "),
    paragraph: () => Array.from({ length: 3 }, () => sentence()).join(" "), slug: () => Array.from({ length: 3 }, () => pick(words)).join("-"),
  },
  date: {
    past: (years = 1, reference) => between(moment(reference) - years * year, moment(reference)),
    future: (years = 1, reference) => between(moment(reference), moment(reference) + years * year),
    recent: (days = 1, reference) => between(moment(reference) - days * 86400000, moment(reference)),
    between: (from, to) => between(Number(new Date(from)), Number(new Date(to))),
  },
  address: {
    city: () => pick(cities), country: () => pick(countries), countryCode: () => pick(["AT", "BR", "CA", "DE", "DK", "FR", "JP"]), zipCode: () => String(number({ min: 10000, max: 99999 })),
    streetAddress: () => `${number({ min: 1, max: 999 })} ${pick(last)} Street`, latitude: () => String(number({ min: -90, max: 90, precision: 0.0001 })),
    longitude: () => String(number({ min: -180, max: 180, precision: 0.0001 })),
  },
  company: { companyName: () => `${pick(last)} Inc`, catchPhrase: () => sentence(3) },
  commerce: { productName: () => `${pick(words)} ${pick(words)}`, price: (min = 1, max = 1000) => number({ min, max }).toFixed(2), department: () => pick(words) },
  phone: { phoneNumber: () => `555-${number({ min: 100, max: 999 })}-${number({ min: 1000, max: 9999 })}` },
  helpers: { randomize: (list) => pick(list), shuffle: (list) => [...list].sort(() => host.random() - 0.5) },
};

function unknown(path) {
  return (...args) => {
    host.recordCall("faker", path, args.map((value) => (typeof value === "function" ? { $: "function" } : value)));
    return pick(words);
  };
}

function member(path, object) {
  return new Proxy(object, {
    get(target, key) {
      if (typeof key === "symbol" || Object.hasOwn(target, key) || key === "then" || key === "toJSON") return target[key];
      return unknown(`${path}.${key}`);
    },
  });
}

const faker = { locale: "en", seed() {}, setLocale() {}, fake: (text) => String(text).replace(/{{(\w+)\.(\w+)}}/g, (_, group, key) => String(faker[group][key]())) };
for (const group of Object.keys(known)) faker[group] = member(group, known[group]);

return new Proxy(faker, {
  get(target, key) {
    if (key === "default") return faker;
    if (typeof key === "symbol" || Object.hasOwn(target, key) || key === "then" || key === "toJSON") return target[key];
    return member(key, {});
  },
});
})
