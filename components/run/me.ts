/** Who looks at the run. */
export interface Me {
  readonly username: string;
  readonly mayOperate: boolean;
}
