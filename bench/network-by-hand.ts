// What a person would do on one node to have its networks: the same files, the same commands, and waiting until they carry.
import { dirname } from "node:path";
import { type NetApplyResult, netApplyResultSchema } from "@/contract/net-apply";
import { shellQuote, shellQuoteWord } from "@/lib/shell-quote";
import type { RemoteHost } from "@/server/ports/remote-host";
import { applyCommand } from "@/server/steps/networks/see-networks";
import { planInput } from "@/server/steps/networks/network-wish";
import { manualNetworks } from "@/testing/bonded/bonded-cluster";

const planTimeoutMs = 120_000;
/** LACP takes 2 to 3.3 s. Longer than this it does not come up at all. */
const carryingWithinSeconds = 120;
/** Synchronised, collecting and distributing, at both ends of both cables. */
const carryingBits = 0x38;
const statesPerBond = 4;

export async function planOf(host: RemoteHost): Promise<NetApplyResult> {
  const stdin = planInput({ nodes: [], networks: manualNetworks(), rollbackSeconds: 120 }, host.node);
  const result = await host.exec(applyCommand, { stdin, timeoutMs: planTimeoutMs });
  if (result.kind !== "exited" || result.code !== 0) throw new Error(`${host.node} refuses the plan: ${result.stderr}`);
  return netApplyResultSchema.parse(JSON.parse(result.stdout));
}

/** Prints the seconds it took. Pure. */
export function byHand({ files, commands }: NetApplyResult, node: string): string {
  const networks = manualNetworks();
  const bonds = networks.map(({ bond }) => bond ?? "").join(" ");
  const addresses = networks.flatMap(({ onNodes, prefixLength }) =>
    onNodes.flatMap((entry) => (entry.node === node && entry.ip !== null ? [`${entry.ip}/${prefixLength}`] : [])),
  );
  const folders = [...new Set(files.map(({ path }) => dirname(path)))];
  // The shell's own printf: a program per file would make the time by hand longer than it is.
  const writes = files.map(({ path, after }) =>
    after === null ? `rm -f ${shellQuoteWord(path)}` : `printf %s ${shellQuoteWord(after)} >${shellQuoteWord(path)}`,
  );
  return `set -u
now() { read -r up _ </proc/uptime; echo "\${up/./}"; }
carry() {
  local bond line count
  for bond in ${bonds}; do
    count=0
    [ -e "/proc/net/bonding/$bond" ] || return 1
    while read -r line; do
      case $line in "port state: "*) [ $((\${line##*: } & ${carryingBits})) -eq ${carryingBits} ] && count=$((count + 1)) ;; esac
    done <"/proc/net/bonding/$bond"
    [ $count -eq ${statesPerBond} ] || return 1
  done
}
addressed() {
  local all
  all=$(ip -4 -oneline address show)
  for address in ${addresses.join(" ")}; do case $all in *" $address "*) ;; *) return 1 ;; esac; done
}
began=$(now)
${shellQuote(["mkdir", "-p", ...folders])}
${writes.join("\n")}
${commands.map((argv) => `${shellQuote(argv)} || true`).join("\n")}
until carry && addressed; do
  [ $(($(now) - began)) -lt ${carryingWithinSeconds * 100} ] || { cat /proc/net/bonding/*; ip address; exit 1; }
  sleep 0.1
done
took=$(($(now) - began))
echo "$((took / 100)).$(printf %02d $((took % 100)))"
`;
}
