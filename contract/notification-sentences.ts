/** What is said of alarms and of messages that people are sent. Part of the catalogue in contract/sentences.ts. */
export const notificationSentences = {
  "alarm-over": "This alarm does not stand any more: there is nothing to acknowledge.",
} as const satisfies Record<string, string>;
