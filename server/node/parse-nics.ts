import type { NicFacts } from "@/contract/node-facts";

const interfaceUp = 0x1;
const kinds: Readonly<Record<string, NicFacts["kind"]>> = {
  physical: "physical",
  bond: "bond",
  bridge: "bridge",
  vlan: "vlan",
};

/** Lines "name=… mac=… …" and those of `ip -o addr show`. */
export function parseNics(nics: readonly string[], addresses: readonly string[]): NicFacts[] {
  return nics.map((line) => {
    const fields = new Map(
      line.split(" ").map((pair): [string, string] => {
        const at = pair.indexOf("=");
        return [pair.slice(0, at), pair.slice(at + 1)];
      }),
    );
    const name = fields.get("name") ?? "";
    const speed = Number(fields.get("speed") || -1);
    const carrier = fields.get("carrier") ?? "";
    return {
      name,
      mac: (fields.get("mac") ?? "").toLowerCase(),
      // Drivers say -1 or 4294967295 for "unknown".
      speedMbps: speed > 0 && speed < 4_294_967_295 ? speed : null,
      // The kernel refuses to read carrier while a link is administratively down.
      carrier: carrier === "" ? null : carrier === "1",
      adminUp: (Number.parseInt(fields.get("flags") ?? "0", 16) & interfaceUp) !== 0,
      mtu: Number(fields.get("mtu") ?? 0),
      driver: fields.get("driver") || null,
      kind: kinds[fields.get("type") ?? ""] ?? "virtual",
      master: fields.get("master") || null,
      addresses: addresses.flatMap((address) => addressOn(name, address) ?? []),
    };
  });
}

function addressOn(name: string, line: string): NicFacts["addresses"][number] | null {
  const found = /^\d+:\s+([^\s@]+)(?:@\S+)?\s+inet6?\s+([0-9a-fA-F.:]+)\/(\d+)\s(.*)$/.exec(line);
  if (!found || found[1] !== name || (found[4] ?? "").includes("scope link")) return null;
  return { ip: found[2] ?? "", prefixLength: Number(found[3]) };
}
