import { z } from "zod";
import { AppError } from "@/contract/errors";
import { type HaProfile, type ProfileDeviation, profileCephKeys, profileSettings } from "@/contract/ha-profile";
import { cephKeyringPath, cephUserName } from "@/contract/node-setup";
import type { RunCommand } from "@/suite/ceph/ceph-cli";
import { parseCephJson } from "@/suite/ceph/ceph-cli";
import type { Observation } from "@/suite/setup/step-log";
import { exists } from "@/suite/system/files";
import { describeFailure, succeeded } from "@/suite/system/run-command";

/** A monitor election with default settings takes 15 s. */
const cephTimeoutMs = 30_000;
const dumpSchema = z.array(z.object({ section: z.string(), name: z.string(), value: z.string() }));

/** Who asks: the administrator where this node holds its key (a Ceph of our own), else the suite's own user. */
async function nameOf(user: string): Promise<string[]> {
  const admin = await exists(cephKeyringPath("admin"));
  return ["--name", `client.${admin ? "admin" : cephUserName(user)}`];
}

/** Ceph prints numbers its own way: 2 comes back as 2.000000. */
const same = (one: string, other: string): boolean => one === other || Number(one) === Number(other);

/** What stands in the `global` section of Ceph's configuration database, of the options a profile may set. */
async function readTimings(user: string, run: RunCommand, timeoutMs = cephTimeoutMs): Promise<Map<string, string>> {
  const argv = ["ceph", ...(await nameOf(user)), "config", "dump", "--format", "json"];
  const result = await run(argv, { timeoutMs });
  if (!succeeded(result)) throw new AppError("command-failed", describeFailure(argv, result));
  const options = dumpSchema.parse(parseCephJson(result.stdout));
  return new Map(
    options
      .filter((option) => option.section === "global" && profileCephKeys.includes(option.name))
      .map((option) => [option.name, option.value]),
  );
}

const notSet = "not set";

function deviations(profile: HaProfile, found: ReadonlyMap<string, string>): ProfileDeviation[] {
  const wanted = new Map(profileSettings[profile].ceph.map(({ key, value }) => [key, value]));
  return profileCephKeys.flatMap((setting) => {
    const [want, have] = [wanted.get(setting), found.get(setting)];
    if (want === undefined ? have === undefined : have !== undefined && same(want, have)) return [];
    return [{ where: "ceph" as const, node: null, setting, wanted: want ?? notSet, found: have ?? notSet }];
  });
}

export async function cephDeviations(
  profile: HaProfile,
  user: string,
  run: RunCommand,
  timeoutMs?: number,
): Promise<ProfileDeviation[]> {
  return deviations(profile, await readTimings(user, run, timeoutMs));
}

/** Sets what the profile names, takes back what only another profile names, and reads it back. Takes effect at once, nothing restarts. */
export async function setCephTimings(profile: HaProfile, user: string, run: RunCommand): Promise<Observation> {
  const before = deviations(profile, await readTimings(user, run));
  const name = await nameOf(user);
  for (const { setting, wanted } of before) {
    const words = wanted === notSet ? ["rm", "global", setting] : ["set", "global", setting, wanted];
    const argv = ["ceph", ...name, "config", ...words];
    const result = await run(argv, { timeoutMs: cephTimeoutMs });
    if (!succeeded(result)) {
      throw new AppError("command-failed", describeFailure(argv, result), {
        advice: `Let Ceph's administrator run it, or give ${name[1]} mon 'allow command "config set", allow command "config rm", allow command "config dump"'.`,
      });
    }
  }
  const left = deviations(profile, await readTimings(user, run));
  if (left.length > 0)
    throw new AppError(
      "verification-failed",
      `Ceph did not keep ${left.map(({ setting, wanted }) => `${setting} ${wanted}`).join(", ")}`,
    );
  const set = profileSettings[profile].ceph.map(({ key, value }) => `${key} ${value}`).join(", ");
  return { changed: before.length > 0, observed: `Ceph's configuration has ${set}` };
}
