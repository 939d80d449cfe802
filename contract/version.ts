/** Version of panel and suite: one package, released together. Kept equal to package.json by a test. */
export const productVersion = "0.1.0";
/** Version of what panel and suite say to each other; a higher one is refused, never guessed at. */
export const contractProtocol = 1;
