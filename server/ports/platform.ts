/** The management platform's REST API on the management VM, as far as procedures need it. */
export interface PlatformAddress {
  ip: string;
  user: string;
  password: string;
}

export interface PlatformHost {
  uuid: string;
  name: string;
  managementIp: string;
  state: string;
  status: string;
}

export const hostStateEvents = { Enabled: "enable", Disabled: "disable", Maintenance: "maintain" } as const;
/** States a host can be brought into; it passes through others by itself (PreMaintenance). */
export type HostState = keyof typeof hostStateEvents;

export interface PlatformVm {
  uuid: string;
  name: string;
  state: string;
  /** Started again by the platform itself wherever it can be. */
  isNeverStop: boolean;
}

export interface Platform {
  /** Null when nothing answered on the management UI's port; else the HTTP status it answered with. */
  uiStatus(ip: string, signal: AbortSignal): Promise<number | null>;
  globalSetting(address: PlatformAddress, category: string, name: string, signal: AbortSignal): Promise<string | null>;
  setGlobalSetting(
    address: PlatformAddress,
    category: string,
    name: string,
    value: string,
    signal: AbortSignal,
  ): Promise<void>;
  hosts(address: PlatformAddress, signal: AbortSignal): Promise<PlatformHost[]>;
  /** Resolves when the platform calls its job done: entering maintenance moves every VM of the host first. */
  setHostState(address: PlatformAddress, uuid: string, state: HostState, signal: AbortSignal): Promise<void>;
  reconnectHost(address: PlatformAddress, uuid: string, signal: AbortSignal): Promise<void>;
  vms(address: PlatformAddress, signal: AbortSignal): Promise<PlatformVm[]>;
  startVm(address: PlatformAddress, uuid: string, signal: AbortSignal): Promise<void>;
}

export const platformUiPort = 5000;
export const platformApiPort = 8080;
