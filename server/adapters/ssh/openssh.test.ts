import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SshConnections } from "@/server/adapters/ssh/connections";
import { detachedUnitName } from "@/server/adapters/ssh/detached";
import { installPanelKey } from "@/server/adapters/ssh/install-panel-key";
import { probeHostKey } from "@/server/adapters/ssh/open-client";
import { generatePanelKey, publicKeyOf } from "@/server/adapters/ssh/panel-key";
import { SshHost } from "@/server/adapters/ssh/ssh-host";
import { type LocalSshd, startLocalSshd } from "@/testing/local-sshd";
import { remoteHostContract } from "@/testing/remote-host-contract";

const timeoutMs = 20_000;

function hostOn(sshd: LocalSshd, connections: SshConnections): SshHost {
  const target = {
    node: "local",
    address: "127.0.0.1",
    port: sshd.port,
    user: sshd.user,
    pin: sshd.hostKey,
    privateKey: sshd.privateKey,
  };
  const places = { stateDirectory: join(sshd.directory, "state"), runDirectory: join(sshd.directory, "run") };
  return new SshHost("local", connections, () => target, places);
}

describe("a host behind OpenSSH", () => {
  remoteHostContract(async () => {
    const sshd = await startLocalSshd();
    const connections = new SshConnections();
    return {
      host: hostOn(sshd, connections),
      directory: join(sshd.directory, "work"),
      cutConnections: sshd.cutConnections,
      stop: async () => {
        connections.close();
        await sshd.stop();
      },
    };
  });
});

describe("what only OpenSSH can show", () => {
  let sshd: LocalSshd;
  const connections = new SshConnections();
  beforeAll(async () => {
    sshd = await startLocalSshd();
  });
  afterAll(async () => {
    connections.close();
    await sshd.stop();
  });

  test("a line to a unix socket is answered, and where nobody listens nothing is said", async () => {
    const path = join(sshd.directory, "guard.sock");
    const server = createServer((socket) => {
      socket.on("data", (data) => {
        const said = data.toString();
        if (said === "die\n") socket.destroy();
        else if (said !== "slow\n") setTimeout(() => socket.end(`heard ${said}`), 50);
      });
    });
    await new Promise<void>((resolve) => server.listen(path, resolve));
    const host = hostOn(sshd, connections);
    const tell = (line: string, limitMs = timeoutMs) => host.sayTo(path, { about: "", line }, { timeoutMs: limitMs });
    expect(await tell("hello")).toMatchObject({ kind: "exited", code: 0, stdout: "heard hello\n" });
    expect(await Promise.all(["a", "b", "c"].map((line) => tell(line)))).toMatchObject(
      ["a", "b", "c"].map((line) => ({ stdout: `heard ${line}\n` })),
    );
    expect(await tell("slow", 300)).toMatchObject({ kind: "timed-out" });
    expect(await tell("die")).toMatchObject({ kind: "disconnected" });
    const pending = tell("slow");
    await new Promise((resolve) => setTimeout(resolve, 200));
    await sshd.cutConnections();
    expect(await pending).toMatchObject({ kind: "disconnected" });
    server.close();
    expect(await tell("hello")).toBeNull();
  });

  test("the host key is shown without logging in, as ssh-keygen prints it", async () => {
    const shown = await probeHostKey("127.0.0.1", sshd.port);
    expect(shown).toMatchObject(sshd.hostKey);
    const file = await readFile(join(sshd.directory, "host-key.pub"), "utf8");
    expect(file.split(" ")[1]).toBe(shown.key);
  });

  test("another host key than the accepted one is refused before anything is sent", async () => {
    const target = {
      node: "local",
      address: "127.0.0.1",
      port: sshd.port,
      user: sshd.user,
      privateKey: sshd.privateKey,
    };
    const pin = { keyType: "ssh-ed25519", fingerprint: "SHA256:somethingelse" };
    const host = new SshHost("local", connections, () => ({ ...target, pin }));
    await expect(host.exec(["true"], { timeoutMs })).rejects.toMatchObject({
      code: "host-key-changed",
      facts: { accepted: "SHA256:somethingelse", presented: sshd.hostKey.fingerprint },
    });
  });

  test("nothing listening, and a listener that never speaks, are unreachable", async () => {
    await expect(probeHostKey("127.0.0.1", 1)).rejects.toMatchObject({ code: "node-unreachable" });
    const mute = createServer((socket) =>
      socket
        .on("error", () => {})
        .resume()
        .end(),
    );
    await new Promise<void>((ready) => mute.listen(0, "127.0.0.1", ready));
    const address = mute.address();
    const port = typeof address === "object" && address ? address.port : 0;
    await expect(probeHostKey("127.0.0.1", port)).rejects.toMatchObject({ code: "node-unreachable" });
    await new Promise((done) => mute.close(done));
  });

  test("a command whose connection comes too late is unreachable, and is never sent", async () => {
    // Bytes wait until the gate opens, as on a way that is cut for a while.
    const opened = Promise.withResolvers<void>();
    const gate = createServer((socket) => {
      socket.on("error", () => {});
      void opened.promise.then(() => {
        const onward = connect(sshd.port, "127.0.0.1").on("error", () => {});
        socket.pipe(onward).pipe(socket);
      });
    });
    await new Promise<void>((ready) => gate.listen(0, "127.0.0.1", ready));
    const address = gate.address();
    const port = typeof address === "object" && address ? address.port : 0;
    const { user, hostKey: pin, privateKey } = sshd;
    const own = new SshConnections();
    const host = new SshHost("late", own, () => ({ node: "late", address: "127.0.0.1", port, user, pin, privateKey }));
    const trace = join(sshd.directory, "sent-too-late");
    await expect(host.exec(["touch", trace], { timeoutMs: 300 })).rejects.toMatchObject({ code: "node-unreachable" });
    const cancelled = new AbortController();
    const pending = host.exec(["touch", trace], { timeoutMs, signal: cancelled.signal });
    cancelled.abort();
    expect(await pending).toMatchObject({ kind: "cancelled" });
    opened.resolve();
    // Goes over the same connection, after both.
    expect(await host.exec(["true"], { timeoutMs })).toMatchObject({ kind: "exited", code: 0 });
    await expect(stat(trace)).rejects.toMatchObject({ code: "ENOENT" });
    own.close();
    await new Promise((done) => gate.close(done));
  });

  test("the panel's key is added exactly once, after a line without its end, with modes sshd accepts", async () => {
    const panelKey = generatePanelKey("trivet test");
    expect(publicKeyOf(panelKey.privateKey).split(" ").slice(0, 2)).toEqual(panelKey.publicKey.split(" ").slice(0, 2));
    const file = join(sshd.home, ".ssh/authorized_keys");
    await writeFile(file, sshd.publicKey);
    const request = {
      address: "127.0.0.1",
      port: sshd.port,
      user: sshd.user,
      pin: sshd.hostKey,
      credentials: { kind: "key", privateKey: sshd.privateKey },
      panelKey,
    } as const;
    await installPanelKey(request);
    await installPanelKey(request);
    const lines = (await readFile(file, "utf8")).trim().split("\n");
    expect(lines).toHaveLength(2);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const stranger = generatePanelKey("stranger").privateKey;
    await expect(
      installPanelKey({ ...request, credentials: { kind: "key", privateKey: stranger } }),
    ).rejects.toMatchObject({ code: "node-refused-login", facts: { offered: "publickey" } });
  });

  test("a tunnel carries bytes both ways to the node's loopback", async () => {
    const echo = createServer((socket) => socket.pipe(socket));
    await new Promise<void>((ready) => echo.listen(0, "127.0.0.1", ready));
    const address = echo.address();
    const port = typeof address === "object" && address ? address.port : 0;
    const tunnel = await hostOn(sshd, connections).openTunnel("127.0.0.1", port);
    tunnel.write("there and back");
    const answer = await new Promise<string>((resolve) =>
      tunnel.once("data", (data: Buffer) => resolve(data.toString())),
    );
    expect(answer).toBe("there and back");
    tunnel.destroy();
    echo.close();
    await expect(hostOn(sshd, connections).openTunnel("127.0.0.1", 1)).rejects.toMatchObject({
      code: "node-unreachable",
    });
  });

  test("work of an earlier boot is unknown, and is not started again", async () => {
    const host = hostOn(sshd, connections);
    const id = { run: "boot", step: "ensure-x", attempt: 1 };
    const mark = join(sshd.directory, "boot-marks");
    const argv = ["sh", "-c", 'echo mark >>"$1"; sleep 30', "work", mark];
    const abort = new AbortController();
    const first = host.execDetached(id, argv, { timeoutMs, fence: 1, signal: abort.signal });
    const step = join(sshd.directory, "state/steps", detachedUnitName(id));
    await expect.poll(() => readFile(mark, "utf8").catch(() => ""), { timeout: 5_000 }).toBe("mark\n");
    abort.abort();
    expect((await first).kind).toBe("cancelled");
    await writeFile(join(step, "boot"), "an-earlier-boot\n");
    await host.stopDetached(id);
    // TERM lets the runner write its status; a power cut does not.
    await rm(join(step, "status"), { force: true });
    const again = await host.execDetached(id, argv, { timeoutMs, fence: 1 });
    expect(again).toMatchObject({ kind: "disconnected", reason: expect.stringContaining("restarted") });
    expect(await readFile(mark, "utf8")).toBe("mark\n");
  });

  test("no exit status of a short command is missed, however its packets are joined", async () => {
    const host = hostOn(sshd, connections);
    const kinds = new Map<string, number>();
    for (let round = 0; round < 60; round += 1) {
      const results = Promise.all(Array.from({ length: 12 }, () => host.exec(["true"], { timeoutMs })));
      // The event loop held up: by the time it reads again, all answers lie in one packet.
      const until = performance.now() + 15;
      setImmediate(() => {
        while (performance.now() < until + 15);
      });
      for (const { kind } of await results) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    }
    expect(Object.fromEntries(kinds)).toEqual({ exited: 720 });
  }, 120_000);

  test("a secret is nowhere on the node's disk after the work", async () => {
    const host = hostOn(sshd, connections);
    const secret = "tr1vet-secret-4711";
    await host.execDetached({ run: "secret", step: "ensure-y", attempt: 1 }, ["wc", "-c"], {
      timeoutMs,
      fence: 1,
      stdin: secret,
    });
    const found = await host.exec(["grep", "-rl", secret, sshd.directory], { timeoutMs });
    expect(found).toMatchObject({ kind: "exited", code: 1, stdout: "" });
  });
});
