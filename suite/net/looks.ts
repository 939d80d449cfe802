import type { NetProbe, NodeNetworkReport } from "@/contract/net-probe";
import type { NetworkModel } from "@/contract/network-model";
import { waitForLacp } from "@/suite/net/lacp";
import { runProbe } from "@/suite/net/probe";

/** The newest look at all paths: whoever asks for the same one hears what it finds, and none begins twice. */
export class Looks {
  #token: string | null = null;
  #report: Promise<NodeNetworkReport> | null = null;

  at(probe: NetProbe, wanted: NetworkModel): Promise<NodeNetworkReport> {
    if (this.#report !== null && this.#token === probe.token) return this.#report;
    this.#token = probe.token;
    this.#report = waitForLacp(wanted).then(() => runProbe(probe));
    // Nobody may have asked for it yet.
    this.#report.catch(() => undefined);
    return this.#report;
  }
}
