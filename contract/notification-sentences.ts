/** What is said of alarms and of messages that people are sent. Part of the catalogue in contract/sentences.ts. */
export const notificationSentences = {
  "alarm-over": "This alarm does not stand any more: there is nothing to acknowledge.",
  "notify-answered": "{status}: {said}",
  "notify-address-refused":
    "{address} is not sent to: it is this machine, its own link or a group of machines. Enter the receiver's address in the network.",
  "notify-redirect": "the answer was {status}, a redirect to {to}, which is not followed: enter the final address",
  "notify-silent": "{host} gave no answer within {seconds} s",
  "notify-unreachable": "{host} could not be reached: {said}",
  "notify-mail-failed": "{host} did not take the mail: {said}",
  "notify-too-old": "it was a day old before it could be sent",
  "notify-no-channel": "There is no notification channel {id}.",
  "notify-name-taken": "There is a channel named {name} already.",
  "notify-no-url": "This channel needs an address to send to.",
  "notify-bad-url": "The address must begin with https:// or http:// and hold no user name or password.",
  "notify-no-mail": "This channel needs a mail server, a sender and at least one receiver.",
  "notify-clear-password": "The password would travel in clear: choose TLS or STARTTLS, or leave the user empty.",
} as const satisfies Record<string, string>;
