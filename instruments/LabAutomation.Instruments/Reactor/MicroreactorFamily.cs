namespace LabAutomation.Instruments.Reactor;

/// <summary>The driver family of a microreactor's console, and how a program that loads models gives it policies.</summary>
public static class MicroreactorFamily
{
    public const string Name = MicroreactorDriver.FamilyName;

    /// <summary>The command that a policy steers.</summary>
    public const string Steered = "follow";

    /// <summary>Makes drivers whose setting <c>policy</c> names one of these.</summary>
    /// <param name="policies">A policy by the name of its model; throws <see cref="DriverSettingsException"/> where there is none. Null where there are none at all.</param>
    public static DriverFactory SteeredBy(Func<string, SteeringModel>? policies) =>
        (settings, connect, _, linkClock) => new MicroreactorDriver(MicroreactorOptions.From(settings, policies), connect, linkClock);
}
