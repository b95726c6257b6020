FROM debian:12.5
LABEL team=shop
