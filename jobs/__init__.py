"""What RQ runs: a few lines round a call into bot. Each job takes one id and may run twice."""
