package com.example.parties;

import java.util.List;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.TimeZone;
import software.amazon.awscdk.services.scheduler.CronOptionsWithTimezone;
import software.amazon.awscdk.services.scheduler.ScheduleExpression;

public final class PartiesApp {
    public static void main(final String[] args) {
        App app = new App();
        Environment publisher = Environment.builder().account("111122223333").region("eu-central-1").build();
        Environment retailer = Environment.builder().account("444455556666").region("eu-central-1").build();
        ScheduleExpression schedule = ScheduleExpression.cron(CronOptionsWithTimezone.builder()
            .hour("3")
            .minute("0")
            .timeZone(TimeZone.EUROPE_BERLIN)
            .build());

        PublisherStack inviting = new PublisherStack(app, "Publisher", publisher, retailer.getAccount());
        RetailerStack invited = new RetailerStack(app, "Retailer", retailer, inviting.collaboration, inviting.membership);
        ViewsStack shared = new ViewsStack(app, "Views", publisher, inviting.membership, invited.membership, invited.template, schedule);
        new ReachStack(app, "Reach", retailer, invited.membership, invited.template, List.of(shared.views, invited.purchases), schedule);
        app.synth();
    }
}
