// The part of GitHub's API that action/comment.sh uses, and files of a release, on loopback.
//
// usage: node api.mjs DIRECTORY        writes the port into DIRECTORY/port and all comments into DIRECTORY/comments.json
//
// A token that is not `write` may only read. `GET /releases/...` serves DIRECTORY/releases/...
import { createServer } from "node:http";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const directory = process.argv[2];
const comments = JSON.parse(readFileSync(join(directory, "comments.json"), "utf8"));

const write = (name, text) => {
    const fresh = join(directory, `${name}.new`);
    writeFileSync(fresh, text);
    renameSync(fresh, join(directory, name));
};

const answer = (request, body) => {
    const url = new URL(request.url, "http://localhost");
    if (url.pathname.startsWith("/releases/") && !url.pathname.includes("..")) {
        return [200, readFileSync(join(directory, url.pathname))];
    }
    const [, list, number] = url.pathname.match(/^\/repos\/o\/r\/issues\/(7\/comments|comments\/(\d+))$/) ?? [];
    const say = (status, value) => [status, JSON.stringify(value)];
    if (!list) return say(404, { message: "Not Found" });
    if (request.method === "GET") {
        const size = Number(url.searchParams.get("per_page") ?? 30);
        const start = (Number(url.searchParams.get("page") ?? 1) - 1) * size;
        return say(200, comments.slice(start, start + size));
    }
    if (request.headers.authorization !== "Bearer write") return say(403, { message: "Resource not accessible" });
    const text = JSON.parse(body).body;
    let comment = comments.find(({ id }) => id === Number(number));
    if (request.method === "POST" && !number) {
        comment = { id: 1000 + comments.length };
        comments.push(comment);
    }
    if (!comment) return say(404, { message: "Not Found" });
    comment.body = text;
    write("comments.json", JSON.stringify(comments));
    return say(request.method === "POST" ? 201 : 200, comment);
};

const server = createServer((request, response) => {
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", () => {
        let status = 404, text = "";
        try {
            [status, text] = answer(request, Buffer.concat(parts).toString());
        } catch (error) {
            text = String(error);
        }
        response.writeHead(status);
        response.end(text);
    });
});
server.listen(0, "127.0.0.1", () => write("port", String(server.address().port)));
