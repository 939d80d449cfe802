import type { HaConfig, HaNetwork } from "@/contract/ha-config";
import { managementVmCpuMin, managementVmMemoryGbMin } from "@/contract/ha-config";
import { sampleConfig } from "@/contract/ha-config-sample";
import { type Sentence, say, sentenceText } from "@/contract/sentence";

export type ConfigFieldName = Exclude<keyof HaConfig, "Network"> | keyof HaNetwork;

/** All that is told of one field: on the panel's form, in the wizard, and by `zsha check-config --help`. */
export interface ConfigField {
  readonly name: ConfigFieldName;
  readonly what: Sentence;
  readonly unit?: string;
  readonly form?: Sentence;
  /** What it is where nobody chose. */
  readonly usual?: string;
  /** What breaks when there is less of it than needed, more than good, or something else. */
  readonly less?: Sentence;
  readonly more?: Sentence;
  readonly wrong?: Sentence;
  /** An import refuses to change it. */
  readonly fixed?: true;
}

const sample = sampleConfig("CephConf");

/** In the file's own order; those of a network card stand between the two halves. */
export const configFields: readonly ConfigField[] = [
  {
    name: "Node",
    what: say("field-node"),
    form: say("field-node-form"),
    less: say("field-node-less"),
    more: say("field-node-more"),
    fixed: true,
  },
  {
    name: "MemorySizeInGB",
    what: say("field-memory"),
    unit: "GB",
    usual: String(managementVmMemoryGbMin),
    less: say("field-memory-less"),
    more: say("field-memory-more"),
  },
  {
    name: "CPU",
    what: say("field-cpu"),
    usual: String(managementVmCpuMin),
    less: say("field-cpu-less"),
    more: say("field-cpu-more"),
  },
  { name: "Type", what: say("field-type"), usual: sample.Type, fixed: true },
  { name: "MonAddrs", what: say("field-monitors"), form: say("field-monitors-form"), less: say("field-monitors-less") },
  {
    name: "ChronyServers",
    what: say("field-time"),
    form: say("field-time-form"),
    less: say("field-time-less"),
    wrong: say("field-time-wrong"),
  },
  { name: "PoolName", what: say("field-pool"), usual: sample.PoolName, wrong: say("field-pool-wrong") },
  {
    name: "ImageFolder",
    what: say("field-folder"),
    form: say("field-folder-form"),
    usual: sample.ImageFolder,
    wrong: say("field-folder-wrong"),
  },
  {
    name: "DNS",
    what: say("field-dns"),
    form: say("field-dns-form"),
    less: say("field-dns-less"),
    more: say("field-dns-more"),
  },
  { name: "Bridge", what: say("field-bridge"), form: say("field-bridge-form"), wrong: say("field-bridge-wrong") },
  { name: "MacAddress", what: say("field-mac"), form: say("field-mac-form"), wrong: say("field-mac-wrong") },
  { name: "Ipaddr", what: say("field-address"), form: say("field-address-form"), wrong: say("field-address-wrong") },
  { name: "Netmask", what: say("field-netmask"), wrong: say("field-netmask-wrong") },
  { name: "Gateway", what: say("field-gateway"), wrong: say("field-gateway-wrong") },
  { name: "IsMgmt", what: say("field-management") },
  { name: "IsDefRoute", what: say("field-route"), less: say("field-route-less") },
  {
    name: "ConsoleProxyOverriddenIP",
    what: say("field-proxy"),
    form: say("field-proxy-form"),
    wrong: say("field-proxy-wrong"),
  },
  { name: "AllowResetRootPassword", what: say("field-reset"), usual: "false", wrong: say("field-reset-wrong") },
];

const byName = new Map(configFields.map((field) => [field.name, field]));

export function configField(name: ConfigFieldName): ConfigField {
  const field = byName.get(name);
  if (field === undefined) throw new Error(`the configuration has no field ${name}`);
  return field;
}

/** The table as a terminal shows it. */
export function configFieldsText(): string {
  const lines = configFields.flatMap(({ name, what, unit, form, usual, less, more, wrong, fixed }) => [
    `  ${name}${unit === undefined ? "" : ` (${unit})`}${usual === undefined ? "" : `, usually ${usual}`}`,
    ...[what, form, less, more, wrong].flatMap((part) => (part === undefined ? [] : [`      ${sentenceText(part)}`])),
    ...(fixed === true ? ["      Changes only by installing again."] : []),
  ]);
  return ["", "Fields of the configuration file:", ...lines].join("\n");
}
