/**
 * Secrets the panel has never seen, told by their shape: a bundle leaves the house, so what looks like a secret is taken for one. The
 * panel's own secrets are taken out by server/secret/scrub.ts before. Every repetition before a fixed word is bounded: a dump of megabytes
 * without a line end would otherwise be gone through once for each of its letters.
 */
const gone = "«redacted»";

/** Words that name a secret, as part of a field's, an option's or a variable's name. */
const secretName =
  "(?:pass(?:word|wd|phrase)|secret|token|encrypt|private[_-]?key|api[_-]?key|access[_-]?key|credential|cookie)";
/** A quoted value, one inside a quoted JSON, or a bare word; never the beginning of an object or a list. */
const value = String.raw`(?:\\+"(?:(?!\\+").)*\\+"|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[^\s,;"'{}\[\]\\]+)`;

const rules: readonly [RegExp, (...found: string[]) => string][] = [
  [/-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----[\s\S]*?(?:-----END \1-----|$)/g, () => "«private-key»"],
  // A Ceph key is 28 bytes that begin with its version and time.
  [/\bAQ[A-Za-z0-9+/]{36,48}={1,2}/g, () => "«ceph-key»"],
  [/\$(?:1|2[aby]|5|6|7|y|gy|argon2id?)\$[^\s:"',]{8,}/g, () => "«password-hash»"],
  [
    /(\bauthorization["']?\s*[:=]\s*["']?)(?:(?:basic|bearer|oauth)\s+)?[^\s"',]+/gi,
    (_all, head = "") => `${head}${gone}`,
  ],
  [/(\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s:/@]{1,100}:)[^\s@/]{1,200}@/gi, (_all, head = "") => `${head}${gone}@`],
  [
    new RegExp(String.raw`(${secretName}[\w.-]{0,40}\\*["']?\s{0,8}[:=]\s{0,8})(${value})`, "gi"),
    (all, head = "", found = "") => (saysNothing(found) ? all : `${head}${quotedLike(found)}`),
  ],
  [
    new RegExp(String.raw`(--?[\w-]{0,40}${secretName}[\w-]{0,40}\s+)([^\s-][^\s]*)`, "gi"),
    (_all, head = "") => `${head}${gone}`,
  ],
  // Consul's tokens stand under the names of their use.
  [
    /("(?:initial_management|master|agent|agent_recovery|default|replication)"\s*:\s*")[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?=")/gi,
    (_all, head = "") => `${head}${gone}`,
  ],
];

/** "AllowResetRootPassword": false is a setting. */
const saysNothing = (found: string): boolean =>
  /^(?:true|false|null|none|yes|no|on|off|""|'')$/i.test(found) || found.includes("«");

const quotedLike = (found: string): string => {
  const quote = /^(\\*["'])/.exec(found)?.[1] ?? "";
  return `${quote}${gone}${quote}`;
};

export const redact = (text: string): string =>
  rules.reduce((rest, [pattern, replace]) => rest.replace(pattern, (...found: string[]) => replace(...found)), text);
