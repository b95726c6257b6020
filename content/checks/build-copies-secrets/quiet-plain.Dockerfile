FROM debian:12.5
COPY package.json .env.example ./
