package com.example.parties;

import software.amazon.awscdk.services.s3.BlockPublicAccess;
import software.amazon.awscdk.services.s3.Bucket;
import software.constructs.Construct;

final class SecuredBucket {
    static Bucket in(final Construct scope, final String id) {
        return Bucket.Builder.create(scope, id)
            .blockPublicAccess(BlockPublicAccess.BLOCK_ALL)
            .enforceSsl(true)
            .serverAccessLogsPrefix("access-logs/")
            .build();
    }

    private SecuredBucket() {
    }
}
