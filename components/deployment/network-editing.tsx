"use client";

import { createContext, useContext } from "react";
import type { NetworkPlan } from "@/contract/network-plan";
import type { NodeFacts } from "@/contract/node-facts";

/** What the editor of a network needs to know beside the network itself, in the wizard and in a change of a running cluster. */
export interface NetworkEditing {
  nodes: readonly { name: string; facts: NodeFacts }[];
  plans: readonly NetworkPlan[];
  /** Addresses that are somebody else's: the management VM's. */
  otherAddresses: readonly string[];
  /** What is installed is tied to addresses and devices: they stay. Null in the wizard, where nothing is installed. */
  fixedBecause: string | null;
  /** Resolves when the lamp has stopped. */
  blink: (node: string, nic: string) => Promise<void>;
  /** Why it must not be asked for; null: it may. */
  noBlinkBecause: string | null;
}

const Context = createContext<NetworkEditing | null>(null);

export const NetworkEditingProvider = Context.Provider;

export function useNetworkEditing(): NetworkEditing {
  const editing = useContext(Context);
  if (editing === null) throw new Error("useNetworkEditing() outside <NetworkEditingProvider>");
  return editing;
}
