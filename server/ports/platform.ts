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
}

export const platformUiPort = 5000;
export const platformApiPort = 8080;
