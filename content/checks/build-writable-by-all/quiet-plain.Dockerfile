FROM debian:12.5
RUN chmod -R 755 /app
