import { parseConfigText, serialiseConfig } from "@/contract/config-text";
import type { HaConfig } from "@/contract/ha-config";
import { sampleConfig } from "@/contract/ha-config-sample";
import type { HaStatus } from "@/contract/ha-status";
import { buildsDirectory } from "@/contract/lifecycle";
import { suitePaths } from "@/contract/node-setup";
import { known } from "@/contract/observed";
import type { SuiteBundles } from "@/server/ports/suite-bundle";
import { MemoryWorld, type MemoryNode, type ScriptedAnswer } from "@/testing/conformance/memory-world";
import type { ConformanceWorld } from "@/testing/conformance/rig";
import { healthyStatus } from "@/testing/drill-world/healthy-status";

export const worldNodes = ["ceph-1", "ceph-2", "ceph-3"] as const;
export const oldBuild = "a".repeat(64);
export const newBuild = "b".repeat(64);
const versions: Readonly<Record<string, string>> = { [oldBuild]: "0.1.0", [newBuild]: "0.2.0" };
const at = "2026-01-01T00:00:00.000Z";

export const worldBundles: SuiteBundles = {
  newestSuite: async () => ({
    path: "dist/zsha",
    version: "0.2.0",
    commit: "c2",
    date: "d2",
    protocol: 1,
    sha256: newBuild,
  }),
};

export const worldBase = {
  protocol: 1 as const,
  actor: "tester",
  nodes: worldNodes.map((name, place) => ({ name, address: `10.0.2.${place + 1}` })),
  helper: "ceph-2",
};

export const worldConfig = (change: Partial<HaConfig> = {}): HaConfig => ({ ...sampleConfig("CephConf"), ...change });
export const worldImage = "zstack/mnvm.img";
export const agentBundle = "c".repeat(64);
export const worldPassword = "only-for-this-test";

const ok = (stdout = ""): ScriptedAnswer => ({ code: 0, stdout });
const no = (code: number, stderr = ""): ScriptedAnswer => ({ code, stderr });

/** Three nodes with the suite, the management VM, its configuration in Consul and its image: what can be done to them as a whole. */
export class LifecycleWorld implements ConformanceWorld {
  readonly memory = new MemoryWorld(worldNodes, (node, argv, stdin) => this.#answer(node, argv, stdin));
  readonly hosts = this.memory;
  vm: string | null = "ceph-1";
  epoch = 7;
  want: "started" | "stopped" = "started";
  config = serialiseConfig(worldConfig());
  configVersion = 40;
  applied = 40;
  image: "there" | "gone" = "there";
  password: string | null = null;
  /** Files of the management VM, by path and checksum, and the version of its zin. */
  readonly guest = new Map([["zin", "0.1.0"]]);

  constructor() {
    for (const { files, state } of this.memory.nodes.values()) {
      files.set(suitePaths.executable, oldBuild);
      files.set(suitePaths.clusterFile, "{}");
      files.set("/etc/hosts", "# BEGIN zsha\n");
      state.set("running", oldBuild);
    }
  }

  openSecret = async (): Promise<string> => await Promise.resolve(worldPassword);

  snapshot(): unknown {
    const nodes = [...this.memory.nodes.values()].map(({ name, files, state }) => ({
      name,
      running: state.get("running"),
      // What lies below /run is gone with the next start.
      files: Object.fromEntries([...files].filter(([path]) => !path.startsWith("/run/"))),
    }));
    const { vm, want, config, image, password } = this;
    return {
      nodes,
      vm,
      want,
      config,
      image,
      password,
      guest: [...this.guest],
      isApplied: this.applied === this.configVersion,
    };
  }

  #answer(node: MemoryNode, argv: readonly string[], stdin: string | null): ScriptedAnswer {
    const [program = "", ...words] = argv;
    const { files } = node;
    if (program === suitePaths.executable || program.startsWith(`${buildsDirectory}/`)) {
      const build = files.get(program);
      return build === undefined ? no(127, `${program}: not found\n`) : this.#zsha(node, build, words, stdin);
    }
    const [first = "", second = ""] = words.filter((word) => !word.startsWith("-"));
    switch (program) {
      case "sha256sum":
        return files.has(first) ? ok(`${files.get(first) ?? ""}  ${first}\n`) : no(1);
      case "cp":
        files.set(second, files.get(first) ?? "");
        return ok();
      case "mv":
        files.set(second, files.get(first) ?? "");
        files.delete(first);
        return ok();
      case "rm":
        files.delete(first);
        return ok();
      case "mkdir":
        return ok();
      case "find":
        return find(files, words);
      case "grep":
        return files.get("/etc/hosts") === "" ? no(1) : ok("/etc/hosts\n");
      case "systemctl":
        return words[0] === "show" ? ok("42\n") : node.state.get("running") === "" ? no(3) : ok();
      case "readlink":
        return node.state.get("running") === files.get(suitePaths.executable)
          ? ok(suitePaths.executable)
          : ok(`${suitePaths.executable} (deleted)`);
      case "rbd":
        return this.#rbd(words);
      case "virsh":
        return ok("\n");
      case "sh":
        return words[2] === "guest-agent" ? this.#agent(node, words.slice(3)) : no(127, "sh: ?\n");
      case "nft":
        return node.state.get("running") === "" ? no(1) : ok();
      default:
        return no(127, `${program}: not found\n`);
    }
  }

  /** As the script does it that writes into the guest and runs programs there. */
  #agent(node: MemoryNode, [verb, , ...words]: readonly string[]): ScriptedAnswer {
    const [program = "", target = ""] = words;
    if (this.vm !== node.name) return no(1, "domain not found\n");
    if (verb === "put") {
      const content = node.files.get(program);
      if (content === undefined) return no(1, `${program}: not found\n`);
      this.guest.set(target, content);
      return ok();
    }
    if (program === "sha256sum")
      return this.guest.has(target) ? ok(`${this.guest.get(target) ?? ""}  ${target}\n`) : no(1);
    if (program === "zin")
      return ok(`App Version: ${this.guest.get("zin") ?? "?"}\nBuild Date: d\nBranch Name: main\nCommit ID: c\n`);
    if (this.guest.has(program)) this.guest.set("zin", "0.2.0");
    return ok();
  }

  #zsha(node: MemoryNode, build: string, words: readonly string[], stdin: string | null): ScriptedAnswer {
    const [verb, target = ""] = words;
    switch (verb) {
      case "-v":
        return ok(`App Version: ${versions[build] ?? "?"}\nBuild Date: d\nBranch Name: main\nCommit ID: c\n`);
      case "upgrade-node":
        node.files.set(suitePaths.executable, build);
        node.state.set("running", build);
        return ok("{}\n");
      case "remove-node-setup":
        node.files.clear();
        node.files.set("/etc/hosts", "");
        node.state.set("running", "");
        return ok("{}\n");
      case "status":
      case "status-conf":
        return ok(`${JSON.stringify(this.#status(verb === "status-conf"))}\n`);
      case "migrate":
        if (this.vm === target) return no(1, "domain is already active\n");
        this.vm = target;
        this.epoch += 1;
        return ok();
      case "stop":
        this.want = "stopped";
        this.vm = null;
        return ok();
      case "start":
        this.want = "started";
        this.applied = this.vm === null ? this.configVersion : this.applied;
        this.vm ??= "ceph-1";
        return ok();
      case "import-config":
        return this.#import(node.files.get(target) ?? "", words);
      case "reset-MNVM-password":
        this.password = stdin?.trim() ?? "password";
        return ok(`${JSON.stringify({ node: this.vm })}\n`);
      default:
        return no(1, `unknown command ${verb ?? ""}\n`);
    }
  }

  #import(text: string, words: readonly string[]): ScriptedAnswer {
    if (parseConfigText(text).kind !== "config") return no(1, "not a configuration\n");
    if (text === this.config) return ok();
    const base = words.indexOf("--base");
    if (base !== -1 && Number(words[base + 1]) !== this.configVersion) return no(1, "changed meanwhile\n");
    this.config = text;
    this.configVersion += 1;
    return ok();
  }

  #rbd(words: readonly string[]): ScriptedAnswer {
    if (this.image === "gone") return no(2, "No such file or directory\n");
    if (words.includes("rm")) this.image = "gone";
    return ok();
  }

  #status(withConfig: boolean): HaStatus {
    const base = healthyStatus(this.vm ?? "", this.epoch);
    const parsed = parseConfigText(this.config);
    return {
      ...base,
      managementVm: {
        ...base.managementVm,
        node: this.vm,
        state: this.vm === null ? "stopped" : "running",
        appliedConfigVersion: this.applied,
      },
      intent: known({ want: this.want, generation: 1, actor: "tester", at }, at),
      services: base.services.map((service) => ({
        ...service,
        suiteVersion: versions[this.memory.node(service.node).state.get("running") ?? ""] ?? null,
      })),
      configVersion: this.configVersion,
      ...(withConfig && parsed.kind === "config" ? { config: parsed.config } : {}),
    };
  }
}

function find(files: Map<string, string>, words: readonly string[]): ScriptedAnswer {
  const roots = words.slice(
    0,
    Math.max(
      0,
      words.findIndex((word) => word.startsWith("-")),
    ),
  );
  const isBelow = (path: string): boolean => roots.some((root) => path === root || path.startsWith(`${root}/`));
  const found = [...files.keys()].filter(isBelow);
  if (!words.includes("-delete"))
    return { code: found.length === 0 ? 1 : 0, stdout: words.includes("-exec") ? "" : found.join("\n") };
  const kept = words.filter((_word, place) => words[place - 1] === "-name");
  for (const path of found) if (!kept.includes(path.slice(path.lastIndexOf("/") + 1))) files.delete(path);
  return { code: 0 };
}
