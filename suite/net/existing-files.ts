import { iniLines } from "@/suite/net/ini-lines";

/** Reads what somebody else wrote about one interface: what its successor must keep, and what this program cannot carry over. */
export interface Existing {
  /** Lines about name service, as they stand in the stack's own words. */
  inherited: string[];
  notUnderstood: string[];
}

const keyfileReplaceable = new Set([
  "connection.id",
  "connection.uuid",
  "connection.type",
  "connection.interface-name",
  "connection.autoconnect",
  "connection.autoconnect-priority",
  "connection.timestamp",
  "connection.permissions",
  "ethernet.mac-address",
  "ethernet.mtu",
  "802-3-ethernet.mac-address",
  "802-3-ethernet.mtu",
  "ipv4.method",
  "ipv4.address1",
  "ipv4.addresses",
  "ipv4.gateway",
  "ipv4.may-fail",
  "ipv6.method",
  "ipv6.addr-gen-mode",
  "ipv6.may-fail",
  "ipv6.ip6-privacy",
]);
const keyfileInheritable = new Set(["ipv4.dns", "ipv4.dns-search", "ipv4.dns-priority", "ipv4.ignore-auto-dns"]);

/** A keyfile of NetworkManager. */
export function readForeignKeyfile(text: string): Existing {
  const existing: Existing = { inherited: [], notUnderstood: [] };
  for (const { key, section, value, line } of iniLines(text)) {
    // Several in one line, from the years before address1.
    const isList = key === "ipv4.addresses" && value.split(";").filter(Boolean).length > 1;
    if (keyfileInheritable.has(key)) existing.inherited.push(line);
    else if (isList || !keyfileReplaceable.has(key)) existing.notUnderstood.push(`[${section}] ${line}`);
  }
  return existing;
}

export const keyfileInterface = (text: string): string | null =>
  /^\s*interface-name\s*=\s*(\S+)\s*$/m.exec(text)?.[1] ?? null;

const ifcfgReplaceable =
  /^(DEVICE|NAME|UUID|TYPE|ONBOOT|BOOTPROTO|IPADDR0?|NETMASK0?|PREFIX0?|GATEWAY0?|BROADCAST|NETWORK|MTU|HWADDR|NM_CONTROLLED|USERCTL|DEFROUTE|IPV4_FAILURE_FATAL|IPV6INIT|IPV6_AUTOCONF|IPV6_DEFROUTE|IPV6_FAILURE_FATAL|IPV6_ADDR_GEN_MODE|IPV6_PRIVACY|PROXY_METHOD|BROWSER_ONLY|PEERDNS|PEERROUTES|AUTOCONNECT_PRIORITY)$/;
const ifcfgInheritable = /^(DNS\d|DOMAIN|SEARCH)$/;

/** An ifcfg file of RHEL's network-scripts: shell assignments, and whoever writes more shell than that is not understood. */
export function readForeignIfcfg(text: string): Existing {
  const existing: Existing = { inherited: [], notUnderstood: [] };
  for (const raw of text.split("\n")) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) continue;
    const [name, value] = split(line);
    // An empty value says what its absence says.
    if (value !== undefined && /^(""|'')?$/.test(value)) continue;
    if (value !== undefined && ifcfgInheritable.test(name)) existing.inherited.push(line);
    else if (value === undefined || !ifcfgReplaceable.test(name)) existing.notUnderstood.push(line);
  }
  return existing;
}

/** NetworkManager on RHEL 7 and 8 has its profiles in ifcfg files; what is inherited from one goes into a keyfile. */
export function readIfcfgAsKeyfile(text: string): Existing {
  const { inherited, notUnderstood } = readForeignIfcfg(text);
  const values = (name: RegExp): string[] =>
    inherited.flatMap((line) => {
      const [key, value = ""] = split(line);
      return name.test(key) ? value.replaceAll(/["']/g, "").split(/\s+/).filter(Boolean) : [];
    });
  const list = (key: string, all: readonly string[]): string[] =>
    all.length === 0 ? [] : [`${key}=${all.join(";")};`];
  return {
    inherited: [...list("dns", values(/^DNS\d$/)), ...list("dns-search", values(/^(DOMAIN|SEARCH)$/))],
    notUnderstood,
  };
}

function split(line: string): [string, string?] {
  const at = line.indexOf("=");
  return at < 0 ? [line] : [line.slice(0, at).trim(), line.slice(at + 1).trim()];
}
