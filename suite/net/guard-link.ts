import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import { z } from "zod";
import {
  ballotMessageSchema,
  type BallotMessage,
  type BallotReply,
  ballotReplySchema,
  guardPort,
} from "@/contract/net-ballot";
import type { Pending } from "@/suite/net/pending-change";

/** An answer from the same network takes milliseconds, from a busy node up to a second. Longer delays every round with a dead node. */
const replyWaitMs = 1_500;
/** A lost datagram is said again. Shorter floods a node that is just busy. */
const repeatMs = 250;

const bodySchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("message"), id: z.string(), message: ballotMessageSchema }),
  z.object({ kind: z.literal("reply"), id: z.string(), reply: ballotReplySchema }),
]);
type Body = z.infer<typeof bodySchema>;
const envelopeSchema = z.object({ body: z.string(), mac: z.string() });

export type Listener = (message: BallotMessage) => Promise<BallotReply | null>;

/** How the guards of one change talk: signed datagrams to every address a peer has or had, because nobody knows which one works. */
export class GuardLink {
  readonly #socket: Socket;
  #isClosed = false;
  readonly #waiting = new Map<string, (reply: BallotReply) => void>();

  constructor(
    private readonly pending: Pick<Pending, "secret" | "peers">,
    private readonly listen: Listener,
  ) {
    this.#socket = createSocket("udp4");
    this.#socket.on("message", (data, from) => {
      const body = this.#open(data);
      if (body === null) return;
      if (body.kind === "reply") this.#waiting.get(body.id)?.(body.reply);
      else
        void this.listen(body.message).then((reply) => {
          if (reply !== null) this.#send({ kind: "reply", id: body.id, reply }, from.address, from.port);
        });
    });
    // A network that is gone for the moment is what this program is for.
    this.#socket.on("error", () => undefined);
  }

  start(port = guardPort): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.once("error", reject);
      this.#socket.bind(port, "0.0.0.0", () => {
        this.#socket.removeListener("error", reject);
        resolve();
      });
    });
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#socket.close();
  }

  /** At most one reply per peer; those that do not answer in time are missing. */
  async ask(message: BallotMessage, waitMs = replyWaitMs): Promise<BallotReply[]> {
    const id = randomUUID();
    const replies = new Map<string, BallotReply>();
    const { peers } = this.pending;
    const all = Promise.withResolvers<void>();
    this.#waiting.set(id, (reply) => {
      if (!peers.some(({ node }) => node === reply.node)) return;
      replies.set(reply.node, reply);
      if (replies.size === peers.length) all.resolve();
    });
    const say = (): void => {
      for (const peer of peers)
        if (!replies.has(peer.node))
          for (const ip of peer.addresses) this.#send({ kind: "message", id, message }, ip, guardPort);
    };
    if (peers.length === 0) return [];
    say();
    const again = setInterval(say, repeatMs);
    const end = setTimeout(() => all.resolve(), waitMs);
    await all.promise;
    clearInterval(again);
    clearTimeout(end);
    this.#waiting.delete(id);
    return [...replies.values()];
  }

  #send(body: Body, address: string, port: number): void {
    // An answer may be ready after the last word.
    if (this.#isClosed) return;
    const text = JSON.stringify(body);
    this.#socket.send(JSON.stringify({ body: text, mac: this.#mac(text) }), port, address, () => undefined);
  }

  #open(data: Buffer): Body | null {
    try {
      const { body, mac } = envelopeSchema.parse(JSON.parse(data.toString("utf8")));
      const given = Buffer.from(mac, "hex");
      const right = Buffer.from(this.#mac(body), "hex");
      if (given.length !== right.length || !timingSafeEqual(given, right)) return null;
      return bodySchema.parse(JSON.parse(body));
    } catch {
      return null;
    }
  }

  #mac(text: string): string {
    return createHmac("sha256", this.pending.secret).update(text).digest("hex");
  }
}
