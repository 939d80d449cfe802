"use client";

import { createContext, type ReactNode, useContext } from "react";

const PanelClockOffset = createContext(0);

/** The panel's clock minus the browser's, for every age below: browsers' clocks are often minutes off. */
export function PanelClock({ offsetMs, children }: { offsetMs: number; children: ReactNode }) {
  return <PanelClockOffset.Provider value={offsetMs}>{children}</PanelClockOffset.Provider>;
}

export const usePanelClockOffset = (): number => useContext(PanelClockOffset);
