// Sentences for scripts, translated by the server and handed over in <script id="texts">.
const source = document.getElementById('texts');
const texts = source ? JSON.parse(source.textContent) : {};

const fill = (sentence, facts) =>
  sentence.replace(/%\((\w+)\)s/g, (whole, name) => (name in facts ? facts[name] : whole));

/** The sentence `key` with its named placeholders filled. */
export const t = (key, facts = {}) => fill(texts[key] ?? key, facts);

/** The plural form of `key` for the number `n`, which is also the placeholder %(n)s. */
export function tn(key, n, facts = {}) {
  const forms = texts[key] ?? { other: key };
  const rule = new Intl.PluralRules(document.documentElement.lang || 'en').select(n);
  return fill(forms[rule] ?? forms.other, { n, ...facts });
}
