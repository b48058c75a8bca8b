// Calls by supabase-js as a program in Node makes them. In: {url, token, calls: [[name, options]]} on standard input.
// Out: what each call gave, its error read as the library's own documentation reads it.
import { createClient } from "@supabase/supabase-js";
import { text } from "node:stream/consumers";

const { url, token, calls } = JSON.parse(await text(process.stdin));
const client = createClient(url, token);
const found = [];
for (const [name, options] of calls) {
  const { data, error, response } = await client.functions.invoke(name, options);
  const told = error?.context instanceof Response ? await error.context.json() : null;
  found.push({ data, error: error?.name ?? null, told, status: response?.status ?? null });
}
process.stdout.write(JSON.stringify(found));
