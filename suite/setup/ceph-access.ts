import { AppError } from "@/contract/errors";
import { cephKeyringPath, cephSecretUuid, cephUserName, type NodeSetup } from "@/contract/node-setup";
import type { Observation } from "@/suite/setup/step-log";
import { ensureFile, exists } from "@/suite/system/files";
import { describeFailure, runCommand, succeeded } from "@/suite/system/run-command";

const cephConf = "/etc/ceph/ceph.conf";
/** libvirtd may have to be started by its socket first. */
const virshTimeoutMs = 60_000;
/** One read of the pool from a healthy Ceph takes well under a second; a mon fail-over 15 s. */
const cephTimeoutMs = 40_000;

export async function storeCephKey(setup: NodeSetup): Promise<Observation> {
  if (setup.ceph === null) return { changed: false, observed: "no Ceph user given" };
  const user = cephUserName(setup.ceph.user);
  let changed = false;
  if (!(await exists(cephConf))) {
    const hosts = setup.config.MonAddrs.map((address) => address.trim()).join(",");
    changed = await ensureFile(cephConf, `[global]\nmon host = ${hosts}\n`, { mode: 0o644 });
  }
  const keyring = `[client.${user}]\n\tkey = ${setup.ceph.key}\n`;
  changed = (await ensureFile(cephKeyringPath(user), keyring, { mode: 0o600 })) || changed;
  const argv = ["rbd", "--id", user, "ls", "--pool", setup.config.PoolName];
  const result = await runCommand(argv, { timeoutMs: cephTimeoutMs });
  if (!succeeded(result)) {
    throw new AppError(
      "ceph-unreachable",
      `client.${user} cannot list pool ${setup.config.PoolName}: ${describeFailure(argv, result)}`,
      {
        advice: "The user needs the capabilities mon 'profile rbd' and osd 'profile rbd pool=POOL'.",
      },
    );
  }
  return { changed, observed: `client.${user} can list pool ${setup.config.PoolName}` };
}

/** The key goes in through virsh's standard input: an argument would show it to every process list. */
export async function defineLibvirtSecret(setup: NodeSetup): Promise<Observation> {
  if (setup.ceph === null) return { changed: false, observed: "no Ceph user given" };
  const user = cephUserName(setup.ceph.user);
  if ((await secretValue()) === setup.ceph.key)
    return { changed: false, observed: `secret ${cephSecretUuid} holds the key` };
  const file = "/etc/zsha/libvirt-secret.xml";
  await ensureFile(file, secretXml(user), { mode: 0o600 });
  const argv = ["virsh", "--quiet", "secret-define", file];
  const defined = await runCommand(argv, { timeoutMs: virshTimeoutMs });
  if (!succeeded(defined)) throw new AppError("command-failed", describeFailure(argv, defined));
  const set = await runCommand(["virsh", "--quiet"], {
    timeoutMs: virshTimeoutMs,
    stdin: `secret-set-value ${cephSecretUuid} ${setup.ceph.key}\nquit\n`,
  });
  if ((await secretValue()) !== setup.ceph.key) {
    // Never describeFailure here: virsh echoes what it reads.
    throw new AppError(
      "verification-failed",
      `libvirt did not keep the key in secret ${cephSecretUuid} (virsh ${set.kind})`,
    );
  }
  return { changed: true, observed: `secret ${cephSecretUuid} holds the key` };
}

const secretXml = (user: string): string => `<secret ephemeral='no' private='no'>
  <uuid>${cephSecretUuid}</uuid>
  <usage type='ceph'><name>client.${user} zsha</name></usage>
</secret>
`;

async function secretValue(): Promise<string | null> {
  const result = await runCommand(["virsh", "--quiet", "secret-get-value", cephSecretUuid], {
    timeoutMs: virshTimeoutMs,
  });
  return succeeded(result) ? result.stdout.trim() : null;
}
