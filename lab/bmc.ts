// A management controller per node: Debian's ipmi_sim, whose chassis is the node's power.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { SUPERVISOR_RECORD } from "@/lab/containers";
import { ensurePackages } from "@/lab/host-packages";
import { LabError } from "@/lab/lab-error";
import { LAB_SOURCE, nodeDir } from "@/lab/places";
import { HOST_ADDRESS, type PlannedNode } from "@/lab/plan";
import { isAlive, readIdentity, readRecord, waitUntil } from "@/lab/processes";
import { attempt, startDetached } from "@/lab/shell";

export interface Bmc {
  node: string;
  /** ADDRESS:PORT, reached from the host alone: no node has a controller's network. */
  address: string;
  user: string;
  password: string;
}

export const BMC_RECORD = "bmc.pid";
const USER = "operator";
const PASSWORD = "only-in-this-lab";
const FIRST_PORT = 9_100;
// ipmi_sim answers within a tenth of a second; a loaded machine takes seconds.
const START_TIMEOUT_MS = 20_000;

const EMULATION = `mc_setbmc 0x20
mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02 persist_sdr
mc_enable 0x20
`;

/** Started once per lab; `down` ends it with everything else. */
export async function startBmc(node: PlannedNode): Promise<Bmc> {
  await ensurePackages(["openipmi", "ipmitool"]);
  const port = FIRST_PORT + node.index;
  const bmc = { node: node.name, address: `${HOST_ADDRESS}:${port}`, user: USER, password: PASSWORD };
  const home = nodeDir(node.name);
  const record = path.join(home, BMC_RECORD);
  const running = readRecord(record);
  if (running && isAlive(running)) return bmc;
  const state = path.join(home, "bmc");
  rmSync(state, { recursive: true, force: true });
  mkdirSync(state, { recursive: true });
  writeFileSync(path.join(state, "lan.conf"), configuration(node, port));
  writeFileSync(path.join(state, "sim.emu"), EMULATION);
  const files = ["-c", path.join(state, "lan.conf"), "-f", path.join(state, "sim.emu"), "-s", state];
  const pid = startDetached(["ipmi_sim", "-n", ...files], path.join(state, "log"));
  const identity = pid === undefined ? null : readIdentity(pid);
  if (identity === null) throw new LabError(`${node.name}: ipmi_sim ended at its start: see ${state}/log`);
  writeFileSync(record, `${identity.pid} ${identity.startTime}\n`);
  await waitUntil(`${node.name}: its management controller`, START_TIMEOUT_MS, () => answers(bmc));
  return bmc;
}

async function answers({ address, user, password }: Bmc): Promise<boolean> {
  const [host = "", port = ""] = address.split(":");
  const argv = ["ipmitool", "-I", "lanplus", "-H", host, "-p", port, "-U", user, "-E", "chassis", "power", "status"];
  return (await attempt(argv, { env: { IPMI_PASSWORD: password } })).code === 0;
}

function configuration(node: PlannedNode, port: number): string {
  const record = path.join(nodeDir(node.name), SUPERVISOR_RECORD);
  const tsx = path.resolve(LAB_SOURCE, "../node_modules/.bin/tsx");
  const chassis = [path.join(LAB_SOURCE, "bmc/chassis"), node.name, record, tsx, path.join(LAB_SOURCE, "main.ts")];
  const ways = ["callback", "user", "operator", "admin"].map(
    (level) => `    allowed_auths_${level} none md2 md5 straight`,
  );
  return `name "${node.name}"
set_working_mc 0x20
  startlan 1
    addr ${HOST_ADDRESS} ${port}
    priv_limit admin
${ways.join("\n")}
    guid a123456789abcdefa123456789abcdef
  endlan
  chassis_control "${chassis.join(" ")}"
  user 2 true "${USER}" "${PASSWORD}" admin 10 none md2 md5 straight
`;
}
