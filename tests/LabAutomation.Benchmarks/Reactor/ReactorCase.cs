using LabAutomation.Instruments.Reactor;
using LabAutomation.Simulators.Reactor;

namespace LabAutomation.Benchmarks.Reactor;

/// <summary>
/// One of many adversarial episodes, drawn from its number alone: who steers, what fails, where the core starts, and how far the true core is from the one that the
/// filter knows (each of five constants by up to 3 %, or by just that where it is a corner, unless told otherwise). Played with and without the filter it is the same but for the filter.
/// </summary>
internal sealed class ReactorCase
{
    public const int Seconds = 300;

    /// <summary>How far a constant may be off, as a part of it.</summary>
    public const double UsualMismatch = 0.03;

    /// <summary>So many numbers in turn have each adversary with each fault once.</summary>
    public static int Kinds => Adversaries.All.Count * Mixes;

    /// <summary>Faults of sensors, and one of a drum.</summary>
    private static int Mixes => FaultMixes.All.Count + 1;

    /// <param name="number">What all is drawn from.</param>
    /// <param name="mismatch">How far a constant may be off, as a part of it.</param>
    /// <param name="isCorner">Each constant is off by just that, up or down: the worst cores are among these.</param>
    public ReactorCase(int number, double mismatch = UsualMismatch, bool isCorner = false)
    {
        Number = number;
        var adversary = Adversaries.All[number % Adversaries.All.Count];
        var mix = number / Adversaries.All.Count % Mixes;
        var isJam = mix == FaultMixes.All.Count;
        (Adversary, Fault) = (adversary.Name, isJam ? "one drum jammed" : FaultMixes.All[mix].Name);

        var random = new Random(number);
        Power = 0.6 + (0.4 * random.NextDouble());
        Plant = Near(CoreConstants.HolosQuad, mismatch, isCorner, random);
        Faults = isJam ? [] : FaultMixes.All[mix].Make(random);
        Jam = isJam ? (random.Next(8), random.Next(150)) : null;
    }

    public int Number { get; }

    public string Adversary { get; }

    public string Fault { get; }

    private double Power { get; }

    private CoreConstants Plant { get; }

    private SensorFault[] Faults { get; }

    private (int Drum, int From)? Jam { get; }

    /// <returns>The episode after its 300 s.</returns>
    public ReactorEpisode Play(ReactorLimits limits, bool hasFilter)
    {
        var policy = Adversaries.All.First(adversary => adversary.Name == Adversary).Make(new Random(Number));
        var episode = new ReactorEpisode(Plant, Power, Faults, policy, limits, hasFilter ? new SafetyFilter(limits) : null, Number);
        if (Jam is not { } jam)
        {
            episode.Run(Seconds);
            return episode;
        }

        episode.Run(jam.From);
        episode.Core.Bank.Drums[jam.Drum].IsJammed = true;
        episode.Run(Seconds - jam.From);
        return episode;
    }

    private static CoreConstants Near(CoreConstants core, double mismatch, bool isCorner, Random random)
    {
        double Factor()
        {
            var drawn = (2 * random.NextDouble()) - 1;
            return 1 + (mismatch * (isCorner ? Math.Sign(drawn) : drawn));
        }

        return core with
        {
            DrumWorth = core.DrumWorth * Factor(),
            FuelCoefficient = core.FuelCoefficient * Factor(),
            ModeratorCoefficient = core.ModeratorCoefficient * Factor(),
            FuelToModerator = core.FuelToModerator * Factor(),
            ModeratorToCoolant = core.ModeratorToCoolant * Factor(),
        };
    }
}
