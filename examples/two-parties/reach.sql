-- How many of those who bought on a day had seen each campaign.
SELECT views.campaign, COUNT(DISTINCT views.user_id) AS buyers
FROM views
JOIN purchases ON purchases.user_id = views.user_id AND purchases.day = views.day
WHERE views.day = :day
GROUP BY views.campaign
