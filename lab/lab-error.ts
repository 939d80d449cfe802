/** A failure an operator of the lab can act on: says what failed, where, and what to do. */
export class LabError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "LabError";
  }
}
