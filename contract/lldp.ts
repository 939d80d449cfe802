import { z } from "zod";

/** What the switch at the other end of one cable says of itself. */
export const lldpNeighbourSchema = z.object({
  nic: z.string(),
  chassis: z.string(),
  /** The switch's own name; null when it does not tell one. */
  system: z.string().nullable(),
  port: z.string(),
  /** VLAN that untagged frames of this port go to; null or absent: not told. */
  vlan: z.number().nullable().optional(),
});
export type LldpNeighbour = z.infer<typeof lldpNeighbourSchema>;

const idSchema = z.object({ value: z.string() });
const vlanSchema = z.object({ "vlan-id": z.coerce.number(), pvid: z.boolean().optional() });
const neighbourSchema = z.object({
  chassis: z.record(z.string(), z.unknown()).default({}),
  port: z.object({ id: idSchema.optional() }).default({}),
  vlan: z.union([vlanSchema, z.array(vlanSchema)]).optional(),
});
const interfacesSchema = z.record(z.string(), neighbourSchema);
/** lldpcli makes one neighbour an object and several a list. */
const answerSchema = z.object({
  lldp: z.object({ interface: z.union([z.array(interfacesSchema), interfacesSchema]).default([]) }),
});

/** Reads `lldpcli -f json show neighbors`. What cannot be understood is no neighbour. */
export function parseLldp(text: string): LldpNeighbour[] {
  const parsed = answerSchema.safeParse(readJson(text));
  if (!parsed.success) return [];
  const { interface: found } = parsed.data.lldp;
  const entries = Array.isArray(found) ? found : [found];
  return entries.flatMap((entry) =>
    Object.entries(entry).map(([nic, { chassis, port, vlan }]) => {
      const { system, id } = chassisOf(chassis);
      const untagged = [vlan ?? []].flat().find(({ pvid }) => pvid === true);
      return {
        nic,
        chassis: id ?? system ?? "",
        system,
        port: port.id?.value ?? "",
        vlan: untagged?.["vlan-id"] ?? null,
      };
    }),
  );
}

/** `{NAME: {id: …}}` where the switch has a name, `{id: …}` where it has none. */
function chassisOf(chassis: Readonly<Record<string, unknown>>): { system: string | null; id: string | null } {
  const nameless = idSchema.safeParse(chassis.id);
  if (nameless.success) return { system: null, id: nameless.data.value };
  const [named] = Object.entries(chassis);
  if (named === undefined) return { system: null, id: null };
  const inner = z.object({ id: idSchema }).safeParse(named[1]);
  return { system: named[0], id: inner.success ? inner.data.id.value : null };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
