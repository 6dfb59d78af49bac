using LeafSeg.Common.Imaging;
using LeafSeg.Common.Tracking;
using LeafSeg.ModelTraining.Tracking.Scores;

namespace LeafSeg.Benchmarks.Tracking;

/// <summary>
/// The rules of ByteTrack (Zhang et al. 2022) with its published settings: boxes under a Kalman filter of constant velocity, sure
/// detections first, then unsure ones for tracks that are left, lost tracks for 30 pictures.
/// </summary>
internal sealed class ByteTrack
{
    private const double Sure = .6, Unsure = .1, NewTrack = .7;
    private const double FirstIou = .2, SecondIou = .5, UnconfirmedIou = .3;
    private const int LostPictures = 30;

    private readonly List<Track> tracks = [];
    private int picture;
    private int next = 1;

    public IdentifiedPicture Observe(LapsePicture now)
    {
        picture++;
        int?[] ids = new int?[now.Sighting.Leaves.Count];
        Detection[] all = [.. now.Traits.Leaves.Select((leaf, j) => new Detection(j, leaf.Box, now.Sighting.Leaves[j].Score))];
        tracks.ForEach(track => track.Predict());
        List<Detection> sure = [.. all.Where(d => d.Score >= Sure)], unsure = [.. all.Where(d => d.Score is >= Unsure and < Sure)];
        List<Track> confirmed = [.. tracks.Where(track => track.Confirmed)], unconfirmed = [.. tracks.Where(track => !track.Confirmed)];
        Match(confirmed, sure, FirstIou, ids);
        List<Track> seenLast = [.. confirmed.Where(track => track.LastSeen == picture - 1)];
        Match(seenLast, unsure, SecondIou, ids);
        Match(unconfirmed, sure, UnconfirmedIou, ids);
        tracks.RemoveAll(track => !track.Confirmed && track.LastSeen < picture);
        foreach (Detection detection in sure.Where(d => d.Score >= NewTrack))
        {
            Track track = new(detection.Box, next++, confirmed: picture == 1) { LastSeen = picture };
            tracks.Add(track);
            ids[detection.Leaf] = track.Confirmed ? track.Id : null;
        }

        tracks.RemoveAll(track => picture - track.LastSeen > LostPictures);
        return new IdentifiedPicture(ids, ids.Length);
    }

    private void Match(List<Track> candidates, List<Detection> detections, double least, int?[] ids)
    {
        if (candidates.Count == 0 || detections.Count == 0)
        {
            return;
        }

        double[,] cost = new double[candidates.Count, detections.Count];
        for (int i = 0; i < candidates.Count; i++)
        {
            for (int j = 0; j < detections.Count; j++)
            {
                double iou = candidates[i].Iou(detections[j].Box);
                cost[i, j] = iou >= least ? -iou : 0;
            }
        }

        int[] columnOf = Assignment.Solve(cost);
        (List<Track> matched, List<Detection> used) = ([], []);
        for (int i = 0; i < candidates.Count; i++)
        {
            if (columnOf[i] >= 0 && cost[i, columnOf[i]] < 0)
            {
                Detection detection = detections[columnOf[i]];
                candidates[i].Update(detection.Box, picture);
                ids[detection.Leaf] = candidates[i].Id;
                matched.Add(candidates[i]);
                used.Add(detection);
            }
        }

        candidates.RemoveAll(matched.Contains);
        detections.RemoveAll(used.Contains);
    }

    private sealed record Detection(int Leaf, PixelBox Box, double Score);

    /// <summary>Centre, aspect and height, each with its own velocity: ByteTrack's covariances never mix them.</summary>
    private sealed class Track(PixelBox box, int id, bool confirmed)
    {
        private readonly Axis[] axes = [.. Measured(box).Select((value, i) => new Axis(value, i == 2 ? 1e-2 : 2 * box.Height / 20.0, i == 2 ? 1e-5 : 10 * box.Height / 160.0))];

        public int Id { get; } = id;

        public bool Confirmed { get; private set; } = confirmed;

        public int LastSeen { get; set; }

        public void Predict()
        {
            double height = axes[3].Value;
            for (int i = 0; i < 4; i++)
            {
                axes[i].Predict(i == 2 ? 1e-2 : height / 20, i == 2 ? 1e-5 : height / 160);
            }
        }

        public void Update(PixelBox seen, int picture)
        {
            double[] measured = Measured(seen);
            double height = axes[3].Value;
            for (int i = 0; i < 4; i++)
            {
                axes[i].Update(measured[i], i == 2 ? .1 : height / 20);
            }

            (LastSeen, Confirmed) = (picture, true);
        }

        public double Iou(PixelBox other)
        {
            (double h, double w) = (axes[3].Value, axes[2].Value * axes[3].Value);
            (double x1, double y1, double x2, double y2) = (axes[0].Value - (w / 2), axes[1].Value - (h / 2), axes[0].Value + (w / 2), axes[1].Value + (h / 2));
            double both = Math.Max(0, Math.Min(x2, other.X2) - Math.Max(x1, other.X1)) * Math.Max(0, Math.Min(y2, other.Y2) - Math.Max(y1, other.Y1));
            return both / ((w * h) + ((double)other.Width * other.Height) - both);
        }

        private static double[] Measured(PixelBox box) => [(box.X1 + box.X2) / 2.0, (box.Y1 + box.Y2) / 2.0, box.Width / (double)box.Height, box.Height];
    }

    private sealed class Axis(double value, double deviation, double speedDeviation)
    {
        private double speed, variance = deviation * deviation, covariance, speedVariance = speedDeviation * speedDeviation;

        public double Value { get; private set; } = value;

        public void Predict(double noise, double speedNoise)
        {
            Value += speed;
            variance += (2 * covariance) + speedVariance + (noise * noise);
            covariance += speedVariance;
            speedVariance += speedNoise * speedNoise;
        }

        public void Update(double measured, double noise)
        {
            double spread = variance + (noise * noise), gain = variance / spread, speedGain = covariance / spread, difference = measured - Value;
            Value += gain * difference;
            speed += speedGain * difference;
            speedVariance -= speedGain * covariance;
            covariance *= 1 - gain;
            variance *= 1 - gain;
        }
    }
}
