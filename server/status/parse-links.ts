import { parseBonding } from "@/contract/bond-facts";
import type { LiveLink, NodeLinks } from "@/contract/node-links";

const interfaceUp = 0x1;
const kinds = ["nic", "bond", "bridge", "vlan"] as const;

/** What follow-links.sh says, as it comes: `links` with every new picture, `same` when there is none. */
export class LinkStream {
  #rest = "";
  #lines: string[] = [];

  constructor(private readonly hear: (links: NodeLinks | "same") => void) {}

  take(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line === "same") this.hear("same");
      else if (line === "end") {
        const picture = this.#lines;
        this.#lines = [];
        this.hear(parseLinks(picture));
      } else this.#lines.push(line);
    }
  }
}

export function parseLinks(lines: readonly string[]): NodeLinks {
  const described = lines.filter((line) => line.startsWith("link ")).map(fieldsOf);
  const names = new Map(described.map((fields) => [fields.get("ifindex"), fields.get("name") ?? ""]));
  const bonds = new Map<string, string[]>();
  let into: string[] = [];
  for (const line of lines) {
    if (line.startsWith("bond ")) bonds.set(line.slice("bond ".length), (into = []));
    else if (line.startsWith("|")) into.push(line.slice(1));
  }
  return {
    links: described.map((fields) => linkOf(fields, names)),
    bonds: [...bonds].map(([name, text]) => parseBonding(name, text.join("\n"))),
  };
}

const fieldsOf = (line: string): Map<string, string> =>
  new Map(
    line.split(" ").map((pair): [string, string] => {
      const at = pair.indexOf("=");
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );

function linkOf(fields: ReadonlyMap<string, string>, names: ReadonlyMap<string | undefined, string>): LiveLink {
  const whole = (name: string): number | null => {
    const text = fields.get(name) ?? "";
    return /^\d+$/.test(text) ? Number(text) : null;
  };
  const carrier = fields.get("carrier") ?? "";
  const speed = whole("speed");
  const master = fields.get("master") ?? "";
  return {
    name: fields.get("name") ?? "",
    kind: kinds.find((kind) => kind === fields.get("kind")) ?? "virtual",
    master: master === "" ? null : (names.get(master) ?? null),
    mac: (fields.get("address") ?? "").toLowerCase(),
    mtu: whole("mtu") ?? 0,
    adminUp: (Number.parseInt(fields.get("flags") ?? "0", 16) & interfaceUp) !== 0,
    carrier: carrier === "" ? null : carrier === "1",
    // Drivers say -1 or 4294967295 for "unknown".
    speedMbps: speed === null || speed === 0 || speed >= 4_294_967_295 ? null : speed,
    carrierChanges: whole("carrier_changes"),
  };
}
