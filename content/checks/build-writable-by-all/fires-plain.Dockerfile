FROM debian:12.5
RUN chmod -R 777 /app
