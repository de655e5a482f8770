-- How many saw each campaign on a day.
SELECT views.campaign, COUNT(DISTINCT views.user_id) AS viewers
FROM views
WHERE views.day = :day
GROUP BY views.campaign
