package com.example.overlap;

import software.amazon.awscdk.App;

public final class OverlapApp {
    public static void main(final String[] args) {
        App app = new App();
        Object collaboration = app.getNode().tryGetContext("collaboration");
        new OverlapStack(app, "Overlap", collaboration == null ? "a1b2c3d4-5678-90ab-cdef-111122223333" : collaboration.toString());
        app.synth();
    }
}
