import type { FieldProblem } from "@/contract/preflight";
import type { JsonSyntaxProblem } from "@/contract/json-with-comments";

type Facts = Readonly<Record<string, string | number>>;

/** English sentences for the command line; the panel has its own in messages/. The keys are every code a check may report. */
const sentences = {
  "field-missing": () => "is missing",
  "field-type": (f: Facts) => `must be ${f.expected}, not ${f.found}`,
  "field-unknown": () => "is not a field of this version and is ignored",
  "node-count-too-small": (f: Facts) => `names ${f.count} node(s); a highly available cluster has 2N+1: 3, 5, 7…`,
  "node-count-even": (f: Facts) =>
    `names ${f.count} nodes; the number must be odd (2N+1), or a split leaves no majority`,
  "node-malformed": (f: Facts) => `must read "IP HOSTNAME", not "${f.value}"`,
  "node-name-invalid": (f: Facts) => `"${f.value}" is not a host name`,
  "node-name-repeated": (f: Facts) => `the host name "${f.value}" is given twice`,
  "node-address-repeated": (f: Facts) => `the address ${f.value} is given twice`,
  "address-invalid": (f: Facts) => `"${f.value}" is not an IPv4 address${at(f)}`,
  "not-a-whole-number": (f: Facts) => `must be a whole number, not ${f.value}`,
  "below-minimum": (f: Facts) => `is ${f.value}; the smallest allowed value is ${f.min}`,
  "folder-not-absolute": (f: Facts) => `"${f.value}" is not an absolute path`,
  "folder-is-root": () => "must not be the root directory",
  "pool-name-invalid": (f: Facts) => `"${f.value}" is not a pool name (letters, digits, "_", ".", "-")`,
  "monitors-missing": () => "must name at least one Ceph monitor as IP:PORT",
  "monitor-malformed": (f: Facts) => `must read IP:PORT, not "${f.value}"`,
  "monitor-repeated": (f: Facts) => `the monitor ${f.value} is given twice`,
  "monitors-even": (f: Facts) => `names ${f.count} monitors; an even number tolerates no more failures than one less`,
  "time-servers-missing": () => "must name at least one time server",
  "time-server-invalid": (f: Facts) => `"${f.value}" is neither an IPv4 address nor a host name`,
  "time-server-repeated": (f: Facts) => `the time server ${f.value} is given twice`,
  "time-server-is-one-node": (f: Facts) =>
    `the only server is ${f.node}: it has no source itself (a server never synchronises to itself), all others follow its clock`,
  "time-servers-are-nodes": (f: Facts) =>
    `only nodes are named (${f.nodes}): they follow each other, and nobody follows the real time`,
  "dns-missing": () => "must name at least one DNS server",
  "dns-repeated": (f: Facts) => `the server ${f.value} is given twice`,
  "network-missing": () => "must describe at least one network card",
  "management-network-count": (f: Facts) => `${f.count} networks have IsMgmt; it must be exactly one`,
  "default-route-count": (f: Facts) => `${f.count} networks have IsDefRoute; at most one may`,
  "default-route-missing": () => "no network has IsDefRoute: the management VM reaches its own subnets only",
  "bridge-name-invalid": (f: Facts) => `"${f.value}" is not an interface name (at most 15 characters)`,
  "bridge-repeated": (f: Facts) => `two cards hang on ${f.value}`,
  "mac-invalid": (f: Facts) => `"${f.value}" is not a MAC address`,
  "mac-multicast": (f: Facts) => `${f.value} is a multicast address; the first byte must be even`,
  "mac-not-local": (f: Facts) => `${f.value} is not locally administered and may belong to a real card`,
  "mac-repeated": (f: Facts) => `the MAC address ${f.value} is given twice`,
  "per-node-malformed": (f: Facts) =>
    `"${f.value}" must be one value, or "VALUE@NODE" for each node, separated by commas`,
  "per-node-missing": (f: Facts) => `has no value for ${f.nodes}`,
  "per-node-unknown": (f: Facts) => `names ${f.nodes}, which Node does not`,
  "netmask-invalid": (f: Facts) => `"${f.value}" is not a netmask${at(f)}`,
  "address-not-a-host": (f: Facts) => `${f.value} is the subnet's own or its broadcast address`,
  "address-taken": (f: Facts) => `${f.value} is used by ${f.by} already`,
  "gateway-missing": () => "is empty",
  "gateway-outside-subnet": (f: Facts) => `${f.value} is outside the subnet of ${f.address}`,
  "gateway-is-address": (f: Facts) => `${f.value} is the address itself`,
  "password-reset-allowed": () => "whoever reaches a node as root may reset the management VM's root password",
  "node-addresses-changed": (f: Facts) =>
    `changes from ${f.from} to ${f.to}; node addresses change by installing again`,
  "type-changed": (f: Facts) => `changes from ${f.from} to ${f.to}; the kind of storage changes by installing again`,
} satisfies Record<string, (facts: Facts) => string>;

export const configProblemCodes = Object.keys(sentences);

function at(facts: Facts): string {
  return facts.node === undefined ? "" : ` (for ${facts.node})`;
}

const isKnown = (code: string): code is keyof typeof sentences => Object.hasOwn(sentences, code);

export function problemMessage(problem: FieldProblem): string {
  const facts = Object.fromEntries(
    Object.entries(problem.facts).map(([name, value]) => [name, typeof value === "object" ? value.text : value]),
  );
  const sentence = isKnown(problem.code) ? sentences[problem.code](facts) : problem.code;
  return `${readablePath(problem.path)}: ${sentence}`;
}

/** "Network.0.Ipaddr" as an operator would say it: Network[0].Ipaddr */
function readablePath(path: string): string {
  return path === "" ? "configuration" : path.replace(/\.(\d+)/g, "[$1]");
}

const expectations: Record<JsonSyntaxProblem["expected"], string> = {
  comma: 'expected "," after the value',
  colon: 'expected ":" after the name',
  value: "expected a value",
  name: "expected a name in double quotes",
  end: "expected the end of the file",
  "closing-quote": "this text has no closing quote on its line",
  "closing-comment": "this comment is never closed",
  escape: "this text has an invalid \\ escape",
  "unrepeated-name": "this name stands in the same object already",
};

export function syntaxMessage(problem: JsonSyntaxProblem): string {
  const found = problem.found === "" ? "" : `, found ${problem.found.trim()}`;
  return `line ${problem.line}, column ${problem.column}: ${expectations[problem.expected]}${found}`;
}
