import type { BmcSecret } from "@/contract/maintenance";

/** A machine's power through its management controller: the one way to read it when the machine itself is silent. */
export interface Power {
  state(bmc: BmcSecret, signal: AbortSignal): Promise<"on" | "off">;
  switchOn(bmc: BmcSecret, signal: AbortSignal): Promise<void>;
}
