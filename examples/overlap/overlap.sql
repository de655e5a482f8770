-- Of those who bought on a day, how many had seen a campaign within the week before, and what they bought then.
-- Campaigns that reached fewer than a minimum of buyers stay unnamed.
SELECT
  impressions.campaign,
  COUNT(DISTINCT purchases.hashed_email) AS buyers,
  COUNT(DISTINCT purchases.purchase_id) AS orders
FROM purchases
JOIN impressions
  ON impressions.hashed_email = purchases.hashed_email
  AND impressions.impression_date <= purchases.purchase_date
  AND impressions.impression_date > purchases.purchase_date - INTERVAL '7' DAY
WHERE purchases.purchase_date = :day
GROUP BY impressions.campaign
HAVING COUNT(DISTINCT purchases.hashed_email) >= :minimum
ORDER BY buyers DESC, campaign
