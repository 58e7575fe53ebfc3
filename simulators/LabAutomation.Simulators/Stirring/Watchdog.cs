namespace LabAutomation.Simulators.Stirring;

/// <summary>What the stirrer does when its controller falls silent: mode 1 switches off, mode 2 goes to the safety values. Either way once.</summary>
internal static class Watchdog
{
    public static void Bite(StirrerState state, DateTimeOffset time)
    {
        if (state.WatchdogMode == 1)
        {
            (state.Stirs, state.Heats) = (false, false);
        }
        else
        {
            (state.SpeedSetpoint, state.TemperatureSetpoint) = (state.SafetySpeed, state.SafetyTemperature);
        }

        state.WatchdogMode = 0;
        state.Rotor.Turn(state.Stirs ? state.SpeedSetpoint : 0, time);
        state.Plate.Control(state.Heats ? state.TemperatureSetpoint : null, time);
    }
}
