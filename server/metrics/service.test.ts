import { afterEach, beforeEach, expect, test } from "vitest";
import { answerScrape } from "@/server/metrics/scrape-http";
import { createScrapeToken, removeScrapeToken, scrapeTokens } from "@/server/metrics/service";
import { type TemporaryDatabase, temporaryDatabase } from "@/testing/temporary-database";

const nobody = { actor: null, address: null };
let database: TemporaryDatabase;
beforeEach(async () => {
  database = await temporaryDatabase();
});
afterEach(() => database.close());

const scrape = (authorization?: string): Promise<Response> =>
  answerScrape(new Request("http://panel/metrics", { headers: authorization === undefined ? {} : { authorization } }));

test("without a token there is no such address; with one only its bearer is answered", async () => {
  expect((await scrape("Bearer anything")).status).toBe(404);
  const { token } = await createScrapeToken("prometheus", nobody);
  expect((await scrape()).status).toBe(401);
  expect((await scrape(`Bearer ${token}x`)).status).toBe(401);
  expect((await scrape(`Basic ${token}`)).status).toBe(401);
  const answer = await scrape(`Bearer ${token}`);
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toContain("application/openmetrics-text");
  expect(await answer.text()).toMatch(/^trivet_panel_info\{version="[^"]+"\} 1$/m);
});

test("the token itself is stored nowhere, its use is noted, and withdrawn it opens nothing", async () => {
  const { token } = await createScrapeToken("prometheus", nobody);
  expect(JSON.stringify(await database.client.scrapeToken.findMany())).not.toContain(token);
  expect(JSON.stringify(await database.client.auditEntry.findMany())).not.toContain(token);
  await scrape(`Bearer ${token}`);
  const [stored] = await scrapeTokens();
  expect(stored?.lastUsedAt).not.toBeNull();
  await createScrapeToken("other", nobody);
  await removeScrapeToken(stored?.id ?? "", nobody);
  expect((await scrape(`Bearer ${token}`)).status).toBe(401);
  await expect(createScrapeToken("other", nobody)).rejects.toMatchObject({ code: "conflict" });
});
