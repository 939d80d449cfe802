import { connect, type Socket } from "node:net";
import ssh2, { type Client, type ConnectConfig } from "ssh2";
import { AppError } from "@/contract/errors";
import { type SayingFact, say, sentenceText } from "@/contract/sentence";
import { throughHandshakeGate } from "@/server/adapters/ssh/handshake-gate";
import { describeHostKey, hostKeyAlgorithmsFor, hostKeyChanged } from "@/server/adapters/ssh/host-key";
import type { HostKeyPin, PresentedHostKey, SshEndpoint } from "@/server/adapters/ssh/ssh-target";

/** TCP and handshake each. Shorter fails on a node busy with recovery; longer delays "unreachable" for a node that is off. */
const connectTimeoutMs = 8_000;
/** Three unanswered keepalives (15 s) end a connection: shorter cuts a node that swaps, longer keeps waiting for a dead one. */
const keepaliveIntervalMs = 5_000;
const keepaliveCountMax = 3;
/** A full sshd (MaxStartups) drops connections before the handshake; a few quick tries get through, more would feed the jam. */
const droppedHandshakeTries = 4;
const droppedHandshakePauseMs = 150;

export type Credentials = { kind: "key"; privateKey: string } | { kind: "password"; password: string };

export interface LoginRequest extends SshEndpoint {
  node: string;
  user: string;
  pin: HostKeyPin;
  credentials: Credentials;
}

/** A logged-in client. The host key is compared before anything about the user or the credentials is sent. */
export async function openClient(request: LoginRequest): Promise<Client> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await throughHandshakeGate(request, () => login(request));
    } catch (error) {
      if (!(error instanceof DroppedHandshake)) throw error;
      if (attempt >= droppedHandshakeTries) throw unreachable(request, error.said, error);
      await new Promise((resume) => setTimeout(resume, droppedHandshakePauseMs * attempt * (0.5 + Math.random())));
    }
  }
}

/** Asks a host for its key and leaves before logging in. */
export async function probeHostKey(address: string, port: number): Promise<PresentedHostKey> {
  const endpoint = { address, port, node: address };
  return await throughHandshakeGate(endpoint, async () => {
    const socket = await openSocket(endpoint);
    return await new Promise<PresentedHostKey>((resolve, reject) => {
      const client = new ssh2.Client();
      let presented: PresentedHostKey | null = null;
      const leave = (reason: SayingFact, cause?: unknown) => {
        client.destroy();
        if (presented) resolve(presented);
        else reject(unreachable(endpoint, reason, cause));
      };
      client.on("error", (error) => leave(error.message, error));
      client.on("close", () => leave(say("ssh-no-key-shown")));
      client.connect({
        sock: socket,
        username: "nobody",
        readyTimeout: connectTimeoutMs,
        algorithms: { serverHostKey: hostKeyAlgorithmsFor(null) },
        hostVerifier: (key: Buffer): boolean => {
          presented = describeHostKey(key);
          return false;
        },
      });
    });
  });
}

class DroppedHandshake extends Error {
  constructor(readonly said: SayingFact) {
    super(sentenceText(said));
  }
}

async function login(request: LoginRequest): Promise<Client> {
  const socket = await openSocket(request);
  return await new Promise<Client>((resolve, reject) => {
    const client = new ssh2.Client();
    let presented: PresentedHostKey | null = null;
    let offered: string[] = [];
    let settled = false;
    const fail = (error: Error) => {
      if (settled) return;
      settled = true;
      client.destroy();
      reject(error);
    };
    client.on("ready", () => {
      if (settled) return;
      settled = true;
      resolve(client);
    });
    // Stays attached for the client's life: ssh2 emits errors after the end too, and an unheard one ends the process.
    client.on("error", (error: Error & { level?: string; code?: string }) => {
      if (presented && presented.fingerprint !== request.pin.fingerprint)
        return fail(hostKeyChanged(request, request.node, request.pin, presented));
      if (error.level === "client-authentication") return fail(refusedLogin(request, offered));
      if (!presented && (error.code === "ECONNRESET" || error.message.includes("before handshake")))
        return fail(new DroppedHandshake(error.message));
      fail(unreachable(request, error.message, error));
    });
    client.on("close", () =>
      fail(
        presented
          ? unreachable(request, say("ssh-ended-at-login"), undefined)
          : new DroppedHandshake(say("ssh-ended-early")),
      ),
    );
    if (request.credentials.kind === "password") {
      const { password } = request.credentials;
      client.on("keyboard-interactive", (_name, _instructions, _language, prompts, answer) =>
        answer(prompts.map(() => password)),
      );
    }
    client.connect({
      sock: socket,
      username: request.user,
      readyTimeout: connectTimeoutMs,
      keepaliveInterval: keepaliveIntervalMs,
      keepaliveCountMax,
      algorithms: {
        serverHostKey: hostKeyAlgorithmsFor(request.pin),
        // GCM runs in OpenSSL; ssh2's default first choice would run in JavaScript at a third of the speed.
        cipher: { prepend: ["aes128-gcm@openssh.com", "aes256-gcm@openssh.com"], append: [], remove: [] },
      },
      // Must stay synchronous: ssh2 accepts whatever an async verifier returns.
      hostVerifier: (key: Buffer): boolean => {
        presented = describeHostKey(key);
        return presented.fingerprint === request.pin.fingerprint;
      },
      authHandler: tryInTurn(request, (methods) => {
        offered = methods;
      }),
    });
  });
}

/** First "none", to learn what the host offers; then the one credential there is, and nothing else. */
function tryInTurn(
  request: LoginRequest,
  learn: (methods: string[]) => void,
): NonNullable<ConnectConfig["authHandler"]> {
  const { credentials, user } = request;
  const attempts =
    credentials.kind === "key" ? (["publickey"] as const) : (["password", "keyboard-interactive"] as const);
  let position = -1;
  return (methodsLeft, _partialSuccess, next) => {
    if (methodsLeft) learn([...methodsLeft]);
    position += 1;
    if (position === 0) return next({ type: "none", username: user });
    const method = attempts.slice(position - 1).find((name) => (methodsLeft ?? attempts).includes(name));
    if (method === undefined) return next(false as never);
    position = attempts.findIndex((name) => name === method) + 1;
    if (method === "publickey" && credentials.kind === "key")
      return next({ type: "publickey", username: user, key: credentials.privateKey });
    if (method === "password" && credentials.kind === "password")
      return next({ type: "password", username: user, password: credentials.password });
    if (credentials.kind === "password")
      return next({
        type: "keyboard-interactive",
        username: user,
        prompt: (_name, _instructions, _language, prompts, answer) => answer(prompts.map(() => credentials.password)),
      });
    return next(false as never);
  };
}

function openSocket(endpoint: SshEndpoint & { node: string }): Promise<Socket> {
  return new Promise((resolve, reject) => {
    // ssh2 never sets noDelay: with Nagle every command waits about 45 ms for an acknowledgement.
    const socket = connect({ host: endpoint.address, port: endpoint.port, noDelay: true });
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      socket.destroy(new Error("no answer to the connection attempt"));
    }, connectTimeoutMs);
    socket.once("error", (error) => {
      clearTimeout(timer);
      reject(unreachable(endpoint, late ? say("ssh-no-answer") : error.message, error));
    });
    socket.once("connect", () => {
      clearTimeout(timer);
      socket.removeAllListeners("error");
      // Between here and ssh2's own listener, and after ssh2 lets go, a reset must not end the process.
      socket.on("error", () => {});
      resolve(socket);
    });
  });
}

function unreachable(endpoint: SshEndpoint & { node: string }, reason: SayingFact, cause: unknown): AppError {
  return new AppError(
    "node-unreachable",
    say("ssh-unreachable", { node: endpoint.node, address: `${endpoint.address}:${endpoint.port}`, said: reason }),
    {
      facts: { node: endpoint.node, address: endpoint.address, port: endpoint.port, reason: sentenceText(reason) },
      advice: say("ssh-check-node"),
      cause,
    },
  );
}

function refusedLogin(request: LoginRequest, offered: readonly string[]): AppError {
  const what = request.credentials.kind === "password" ? "password" : "key";
  return new AppError(
    "node-refused-login",
    say("login-refused", {
      node: request.node,
      address: `${request.address}:${request.port}`,
      user: request.user,
      what: say(`login-${what}`),
      offered: offered.join(", ") || say("nothing"),
    }),
    {
      facts: {
        node: request.node,
        address: request.address,
        user: request.user,
        method: what,
        offered: offered.join(", "),
      },
      advice:
        what === "password" && !offered.includes("password") && !offered.includes("keyboard-interactive")
          ? say("login-no-passwords")
          : say("login-check", { what: say(`login-${what}`) }),
    },
  );
}
