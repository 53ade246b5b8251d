// Asks the real AWS SDK for JavaScript what it takes: one case per line of JSON on standard input, one answer per line.
// SSO and STS are played here on loopback; the keys they give tell what was asked of them.
"use strict";
const http = require("node:http");
const path = require("node:path");
const readline = require("node:readline");
const { createRequire } = require("node:module");

const sdk = createRequire(path.join(process.env.AWS_JS_SDK, "package.json"));
const { STSClient } = sdk("@aws-sdk/client-sts");
const { loadSharedConfigFiles } = createRequire(sdk.resolve("@aws-sdk/client-sts"))("@smithy/core/config");

const END = "2099-01-01T00:00:00Z";

function sts(body) {
  const asked = new URLSearchParams(body);
  const action = asked.get("Action");
  const key = `${action === "AssumeRole" ? "ROLE" : "WEB"}:${asked.get("RoleArn")}`;
  return `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result><Credentials>
    <AccessKeyId>${key}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>
    <Expiration>${END}</Expiration></Credentials></${action}Result></${action}Response>`;
}

function sso(url) {
  const asked = new URL(url, "http://x").searchParams;
  const accessKeyId = `SSO:${asked.get("role_name")} in ${asked.get("account_id")}`;
  const expiration = Date.parse(END);
  return JSON.stringify({ roleCredentials: { accessKeyId, secretAccessKey: "s", sessionToken: "t", expiration } });
}

async function answer(asked, endpoint) {
  for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) delete process.env[name];
  Object.assign(process.env, asked.env, { AWS_ENDPOINT_URL_STS: endpoint, AWS_ENDPOINT_URL_SSO: endpoint });
  if (asked.parse) return loadSharedConfigFiles({ ignoreCache: true });
  const options = asked.profile === null ? {} : { profile: asked.profile };
  const logger = { ...console, warn() {}, debug() {}, info() {} };
  const told = { region: null, key: null, problem: null };
  try {
    told.region = await new STSClient(options).config.region();
  } catch {
    // The SDK has no region then.
  }
  try {
    const anywhere = new STSClient({ ...options, logger, region: "us-east-1" });
    told.key = (await anywhere.config.credentials()).accessKeyId;
  } catch (error) {
    told.problem = `${error.name}: ${error.message}`;
  }
  return told;
}

const server = http.createServer((request, response) => {
  let body = "";
  request.on("data", (part) => (body += part));
  request.on("end", () => {
    response.setHeader("Content-Type", request.method === "POST" ? "text/xml" : "application/json");
    response.end(request.method === "POST" ? sts(body) : sso(request.url));
  });
});
server.listen(0, "127.0.0.1", async () => {
  const endpoint = `http://127.0.0.1:${server.address().port}`;
  for await (const line of readline.createInterface({ input: process.stdin })) {
    process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line), endpoint))}\n`);
  }
  server.closeAllConnections();
  server.close();
});
