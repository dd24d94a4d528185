module rhelm.invalid/judge/protocol

go 1.26.0
