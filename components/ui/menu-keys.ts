/** Which item of a menu a key leads to; null: the key is not the menu's. `at` is -1 when none has the focus. */
export function nextMenuItem(key: string, at: number, texts: readonly string[]): number | null {
  const count = texts.length;
  if (count === 0) return null;
  switch (key) {
    case "ArrowDown":
      return (at + 1) % count;
    case "ArrowUp":
      return (Math.max(at, 0) - 1 + count) % count;
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return key.length === 1 && key !== " " ? byFirstLetter(key, at, texts) : null;
  }
}

/** The next one that begins so, from the top again after the last. */
function byFirstLetter(letter: string, at: number, texts: readonly string[]): number | null {
  const order = texts.map((_text, i) => (at + 1 + i) % texts.length);
  return order.find((i) => texts[i]?.trim().toLowerCase().startsWith(letter.toLowerCase())) ?? null;
}
