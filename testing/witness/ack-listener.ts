import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import type { Ack } from "@/testing/witness/history";

const port = 5009;

/** Hears what the guest broadcasts about each of its writes. Outside the nodes, so a power cut takes nothing that was heard. */
export class AckListener {
  acks: Ack[] = [];
  last: Ack | null = null;

  private constructor(private readonly socket: Socket) {}

  static async start(): Promise<AckListener> {
    const socket = createSocket("udp4");
    const listener = new AckListener(socket);
    socket.on("message", (message) => listener.note(message.toString("latin1"), Date.now()));
    socket.bind(port);
    await once(socket, "listening");
    return listener;
  }

  private note(line: string, at: number): void {
    const ack = parseAck(line, at);
    if (ack === null) return;
    this.acks.push(ack);
    if (ack.ok) this.last = ack;
  }

  forget(): void {
    this.acks = [];
  }

  stop(): void {
    this.socket.close();
  }
}

/** `A|E epoch seq prev latency_us boot node` */
export function parseAck(line: string, at: number): Ack | null {
  const match = /^([AE]) (\d+) (\d+) (\d+) \d+ (\S+) (\S+)\n$/.exec(line);
  if (match === null) return null;
  const [, kind, epoch, seq, prev, boot = "", node = ""] = match;
  return { at, ok: kind === "A", epoch: Number(epoch), seq: Number(seq), prev: Number(prev), boot, node };
}
